/* The rules as functions of numbers, and of the columns of one tie or one pair of teachers. */

#ifndef RULES_H
#define RULES_H

#include "state.h"

/* What a half-term computes once. */
typedef struct {
    const Settings *s;
    int half_term;
    uint64_t seed, grants, outcome, demotion, joint_innovation, home_joint, order, offers;
    double protected_effort, rested_at_home; /* c0(1 - 0.6 phi); utility of helping a colleague, without fatigue */
} Term;

static inline double perceived_loss(const Settings *s, double stake) { return s->loss_weight * (0.5 + stake); }

/* g*T - (1 - T)*loss*(1 + kR), or with the threat outside the product. */
static inline double risk(const Settings *s, double trust, double stake, double rivals) {
    double threat = s->rivalry_weight * rivals, loss = (1.0 - trust) * perceived_loss(s, stake);
    return s->help_value * trust - (s->additive != 0.0 ? loss + threat : loss * (1.0 + threat));
}

static inline double logistic(double x) { return 1.0 / (1.0 + exp(-x)); }

static inline double chance_of_betrayal(const Settings *s, double trust, double rivals) {
    return least(1.0, s->betrayal * (1.0 + s->betrayal_rivalry * rivals) * (1.0 - trust));
}

static inline double kept(double trust, double gain, double stake) { return trust + gain * stake * (1.0 - trust); }
static inline double broken(const Settings *s, double trust, double stake, double softened) {
    return trust * (1.0 - s->loss_ratio * s->gain * stake * (1.0 - softened));
}

static inline double tiredness(const Settings *s, double fatigue) { return s->fatigue_weight * most(0.0, fatigue - 1.0); }
static inline double felt(const Settings *s, double debt) { return debt / (s->half_saturation + debt); }

/* b_O*O - b_G*G of the partner on a tie, from what the partner owes. */
static inline double weight_of_debt(const Settings *s, double owed) {
    double size = fabs(owed);
    return s->reciprocity * (owed > 0.0 ? s->obligation_weight : -s->grievance_weight) * felt(s, size);
}

static inline double one_wayness(const Settings *s, double given, double received) {
    double flow = given + received + s->one_way_constant;
    return most(0.0, fabs(given - received) - s->one_way_tolerance * flow) / (flow * most(1.0 - s->one_way_tolerance, 1e-9));
}

static inline double headroom(const Settings *s, double best) { return most(0.0, 1.0 - best / s->ceiling); }

static inline double rivalry(const World *w, const Settings *s, uint32_t one, uint32_t other) {
    double across = w->alliance[one] == w->alliance[other] ? 1.0 : s->rivalry_across;
    return across * s->competition * (1.0 - fabs((double)w->rank[one] - (double)w->rank[other]));
}

/* Utility of granting at a level, with rivalry, debts and fatigue already known. */
static inline double utility_of(const Term *t, int level, double trust, double rivals, double debts, double tired) {
    const Settings *s = t->s;
    return risk(s, trust, s->stake[level - 1], rivals) + debts - t->protected_effort * s->cost[level - 1] - s->secrecy - tired;
}

/* The largest gap, a register at a time; at least 0. */
static inline float largest_gap(const float *mine, const float *theirs) {
    Floats ahead = floats_at(theirs) - floats_at(mine);
    for (int block = LANES; block < PADDED; block += LANES)
        ahead = larger(ahead, floats_at(theirs + block) - floats_at(mine + block));
    return largest_of(AREAS < PADDED ? ahead : larger(ahead, (Floats){0})); /* padding is 0 */
}

/* The area of the largest gap, the first of several. */
static inline float widest_area(const float *mine, const float *theirs, int *area) {
    float gap = 0.0f;
    int best = 0;
    for (int k = 0; k < AREAS; k++) {
        float ahead = theirs[k] - mine[k];
        best = ahead > gap ? k : best;
        gap = ahead > gap ? ahead : gap;
    }
    *area = best;
    return gap;
}

static inline void set_levels(World *w, uint32_t tie, int level) { w->level[tie] = w->level[w->twin[tie]] = (int8_t)level; }

static inline int level_borne(const World *w, const Settings *s, uint32_t tie) {
    int level = w->level[tie];
    double lower = least(w->trust[tie], w->trust[w->twin[tie]]);
    return level > 1 && lower < s->gate[level - 1] - s->hysteresis ? level - 1 : level;
}

static inline float faded(float count, double decay) {
    double left = (double)count * (1.0 - decay);
    return fabs(left) > 1e-6 ? (float)left : 0.0f;
}

static inline double credibility_of(const World *w, int64_t alliance) {
    return w->present[alliance] ? w->credibility[alliance] : 0.0;
}

#endif
