/* One request: granted or refused, transfer or joint development, outcome, trust, level, ledger. */

#ifndef ANSWERING_H
#define ANSWERING_H

#include "world.h"

static inline double rivalry(const World *w, const Settings *s, uint32_t one, uint32_t other) {
    return s->competition * (1.0 - fabs((double)w->rank[one] - (double)w->rank[other]));
}

static inline double stakes(const Settings *s, double trust, double stake, double rivals) {
    double scaled = s->rivalry_weight * rivals;
    if (s->additive != 0.0)
        return s->help_value * trust - (1.0 - trust) * s->loss_weight * (0.5 + stake) - scaled;
    return s->help_value * trust - (1.0 - trust) * s->loss_weight * (0.5 + stake) * (1.0 + scaled);
}

static inline double effort(const Settings *s, double cost) { return s->effort_weight * cost * (1.0 - 0.6 * s->funding); }
static inline double logistic(double utility) { return 1.0 / (1.0 + exp(-utility)); }

static inline double chance_of_betrayal(const Settings *s, double trust, double rivals) {
    return least(1.0, s->betrayal * (1.0 + s->betrayal_rivalry * rivals) * (1.0 - trust));
}

static inline double kept(double trust, double gain, double stake) { return trust + gain * stake * (1.0 - trust); }
static inline double broken(const Settings *s, double trust, double stake, double softened) {
    return trust * (1.0 - s->loss_ratio * s->gain * stake * (1.0 - softened));
}

static inline double tiredness(const Settings *s, double fatigue) { return s->fatigue_weight * most(0.0, fatigue - 1.0); }

static inline double obligation(const Settings *s, double debt) {
    debt = most(0.0, debt);
    return debt / (s->half_saturation + debt);
}

/* The area in which another is furthest ahead, and by how much. */
static inline double largest_gap(const World *w, uint32_t learner, uint32_t other, int *area) {
    const float *mine = w->practice + learner * AREAS, *theirs = w->practice + other * AREAS;
    float gap = 0.0f;
    int best = 0;
    for (int k = 0; k < AREAS; k++) {
        float ahead = theirs[k] - mine[k];
        if (ahead > gap) gap = ahead, best = k;
    }
    if (area) *area = best;
    return gap;
}

static inline double headroom(const Settings *s, double best) { return most(0.0, 1.0 - best / s->ceiling); }

static inline void set_levels(World *w, uint32_t tie, int level) { w->level[tie] = w->level[w->twin[tie]] = (int8_t)level; }

static inline int level_borne(const World *w, const Settings *s, uint32_t tie) {
    int level = w->level[tie];
    double lower = least(w->trust[tie], w->trust[w->twin[tie]]);
    return level > 1 && lower < s->gate[level - 1] - s->hysteresis ? level - 1 : level;
}

static inline int is_granted(const World *w, const Settings *s, uint64_t seed, int half_term, uint32_t tie, int occasion,
                             double credibility) {
    uint32_t back = w->twin[tie], giver = w->partner[tie], asker = w->partner[back];
    double obliged = 0.0, aggrieved = 0.0;
    if (s->reciprocity != 0.0) {
        double balance = w->owed[tie], felt = obligation(s, fabs(balance));
        obliged = balance > 0.0 ? felt : 0.0;
        aggrieved = felt - obliged;
    }
    double trust = w->trust[back];
    if (occasion / SLOTS == BROKERED) trust = trust + 0.3 * credibility * (1.0 - trust);
    int level = w->level[tie];
    double utility = stakes(s, trust, s->stake[level - 1], rivalry(w, s, w->school[giver], w->school[asker])) +
                     s->obligation_weight * obliged - s->grievance_weight * aggrieved - effort(s, s->cost[level - 1]) -
                     s->secrecy - tiredness(s, w->fatigue[giver]);
    double draw = uniform(seed, GRANTS, half_term, w->teacher_id[asker], w->teacher_id[giver], occasion);
    return draw < logistic(2.0 * utility);
}

static void coach(World *w, uint32_t teaches, uint32_t learns, int area, double transfer) {
    float *own = w->practice + learns * AREAS + area;
    double gap = (double)w->practice[teaches * AREAS + area] - (double)*own;
    if (gap > 0.0) *own = (float)(*own + transfer * gap);
}

static void develop_jointly(World *w, const Settings *s, uint64_t seed, int half_term, uint32_t asker, uint32_t giver,
                            int occasion) {
    float *mine = w->practice + asker * AREAS, *theirs = w->practice + giver * AREAS;
    int together = 0, own = 0, others = 0;
    double diversity = 0.0;
    for (int k = 0; k < AREAS; k++) {
        double a = mine[k], b = theirs[k];
        if (a + b > (double)mine[together] + (double)theirs[together]) together = k;
        if (a > mine[own]) own = k;
        if (b > theirs[others]) others = k;
        diversity += fabs(a - b);
    }
    diversity /= (double)AREAS;
    double spark = exponential(seed, JOINT_INNOVATION, half_term, w->teacher_id[asker], w->teacher_id[giver], occasion);
    double best = most(mine[together], theirs[together]);
    double invented = best + s->jpd_step * spark * headroom(s, best) * least(1.0, diversity / 0.25);
    mine[together] = (float)(mine[together] + s->transfer[3] * (invented - mine[together]));
    theirs[together] = (float)(theirs[together] + s->transfer[3] * (invented - theirs[together]));
    coach(w, asker, giver, own, s->transfer[3]);
    coach(w, giver, asker, others, s->transfer[3]);
}

static void refuse(World *w, const Settings *s, uint64_t seed, int half_term, uint32_t tie, uint32_t asker, uint32_t giver,
                   int occasion) {
    w->trust[tie] = (float)((double)w->trust[tie] * (1.0 - s->refusal_loss));
    int level = w->level[tie];
    double lost = uniform(seed, DEMOTION, half_term, w->teacher_id[asker], w->teacher_id[giver], occasion);
    set_levels(w, tie, level > 1 && lost < s->demotion ? level - 1 : level_borne(w, s, tie));
}

static int answer(World *w, const Settings *s, uint64_t seed, int half_term, uint32_t tie, int occasion, double credibility,
                  int granted) {
    uint32_t back = w->twin[tie], giver = w->partner[tie], asker = w->partner[back];
    if (!granted) {
        refuse(w, s, seed, half_term, tie, asker, giver, occasion);
        return REFUSED;
    }
    int level = w->level[tie], joint = s->jpd != 0.0 && level == 4, useful = 1;
    double obliged = s->reciprocity != 0.0 && w->owed[tie] > 0.0f ? obligation(s, w->owed[tie]) : 0.0;
    w->load[giver] = (float)(w->load[giver] + s->cost[level - 1]);
    if (joint) {
        w->load[asker] = (float)(w->load[asker] + s->cost[level - 1]);
        develop_jointly(w, s, seed, half_term, asker, giver, occasion);
    } else {
        int area;
        double gap = largest_gap(w, asker, giver, &area);
        float *own = w->practice + asker * AREAS + area;
        *own = (float)((double)*own + s->transfer[level - 1] * gap);
        useful = gap > USEFUL;
    }
    double betrayal = chance_of_betrayal(s, w->trust[tie], rivalry(w, s, w->school[asker], w->school[giver]));
    double draw = uniform(seed, OUTCOME, half_term, w->teacher_id[asker], w->teacher_id[giver], occasion);
    int ending = draw < betrayal ? BETRAYED : draw < betrayal + s->misfortune ? LET_DOWN : HONOURED;
    double stake = s->stake[level - 1], givers = w->trust[back];
    w->trust[back] = (float)(ending == HONOURED ? kept(givers, s->gain, stake)
                                                : broken(s, givers, stake, s->mediation * credibility));
    if (useful) {
        double trust = w->trust[tie];
        w->trust[tie] = (float)(trust + least(1.0, s->gain * stake * (1.0 + s->gratitude * obliged)) * (1.0 - trust));
    }
    w->help[back] += 1.0f;
    if (joint) {
        w->help[tie] += 1.0f;
    } else {
        w->owed[back] += 1.0f;
        w->owed[tie] -= 1.0f;
    }
    double left = 1.0 - s->one_way_loss * one_wayness(w->help[tie], w->help[back], s->one_way_tolerance);
    w->trust[tie] = (float)((double)w->trust[tie] * left);
    w->trust[back] = (float)((double)w->trust[back] * left);
    int reached = level > 1 ? level - 1 : 1;
    if (ending == HONOURED) {
        double lower = least(w->trust[tie], w->trust[back]);
        reached = level < 4 && lower >= s->gate[level] ? level + 1 : level;
    }
    set_levels(w, tie, reached == level ? level_borne(w, s, tie) : reached);
    return joint ? ending + JOINT : ending;
}

static inline void tally(World *w, uint32_t tie, int ended) {
    uint32_t givers = w->school[w->partner[tie]], askers = w->school[w->partner[w->twin[tie]]];
    if (ended == REFUSED) {
        w->refused[givers]++;
        return;
    }
    w->given[givers]++;
    w->developed[givers] += ended >= JOINT;
    w->betrayed[givers] += ended % JOINT == BETRAYED;
    w->uphill[givers] += w->attainment[givers] < w->attainment[askers];
}

#endif
