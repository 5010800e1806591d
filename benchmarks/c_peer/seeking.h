/* Teachers decide whether and whom to ask, and debtors across the boundary whether to offer help. */

#ifndef SEEKING_H
#define SEEKING_H

#include "workspace.h"

/* e^x to 11 digits for x up to 25. perf: plain arithmetic, which compilers vectorize. */
static inline double power_of_e(double x) {
    x *= 1.0 / 256;
    double power = 1.0 + x * (1.0 + x * (1.0 / 2 + x * (1.0 / 6 + x * (1.0 / 24 + x * (1.0 / 120 + x * (1.0 / 720 + x * (1.0 / 5040)))))));
    for (int i = 0; i < 8; i++) power *= power;
    return power;
}

/* The expected yes of each tie of an alliance, and its product with exp(vT). */
static void expect_answers(const World *w, const Term *t, int32_t begin, int32_t after, Workspace *p) {
    const Settings s = *t->s;
    const float *restrict trusts = w->trust + begin, *restrict owed = w->owed + begin;
    const double *restrict rivals = p->rivals;
    double *restrict expected = p->expected, *restrict weights = p->weights;
    const double loss = perceived_loss(&s, s.stake[0]), fixed = t->protected_effort * s.cost[0] + s.secrecy;
    const double scaled = s.additive != 0.0 ? 0.0 : s.rivalry_weight, added = s.rivalry_weight - scaled;
    for (int32_t i = 0; i < after - begin; i++) {
        double trust = trusts[i], debts = weight_of_debt(&s, owed[i]);
        double utility = s.help_value * trust - (1.0 - trust) * loss * (1.0 + scaled * rivals[i]) - added * rivals[i] + debts - fixed;
        double yes = 1.0 / (1.0 + power_of_e(-2.0 * utility));
        expected[i] = yes;
        weights[i] = yes * power_of_e(s.loyalty * trust);
    }
}

/* One bit for each contact at which a teacher looks for help. */
static void note_needs(const World *w, const Term *t, int32_t start, int32_t end, Workspace *p) {
    const Settings *s = t->s;
    for (int32_t teacher = start; teacher < end; teacher++) {
        double tired = tiredness(s, w->fatigue[teacher]), rested = tired > 0.0 ? exp(-tired) : 1.0;
        double wish = s->base_need + s->competition_need * s->competition * w->rank[w->school[teacher]];
        p->bounds[teacher - start] = bound_of(least(1.0, wish * rested * (0.4 + 1.2 * s->funding)));
    }
    memset(p->masks, 0, (size_t)(end - start) * sizeof *p->masks);
    const uint64_t *restrict bounds = p->bounds;
    uint64_t *restrict masks = p->masks, stream = stream_of(t->seed, SEEKS_HELP, (uint64_t)t->half_term);
    const uint32_t *restrict ids = w->teacher_id + start;
    for (uint64_t slot = 0; slot < (uint64_t)w->contacts; slot++)
        for (int32_t i = 0; i < end - start; i++)
            masks[i] |= (uint64_t)(drawn(stream, (uint64_t)ids[i] << 32, slot) >> 11 < bounds[i]) << slot;
}

/* Practice of a teacher beyond the boundary, as another decides: earlier alliances have exchanged help since. */
static inline const float *practice_before(const World *w, int32_t decides, uint32_t other) {
    return (other < (uint32_t)decides ? w->before : w->practice) + (size_t)other * PADDED;
}

static inline int32_t colleague(int32_t first, int32_t staff, int32_t teacher, int32_t place) {
    int32_t step = place / 2 + 1, at = teacher - first + (place % 2 == 0 ? step : -step);
    return first + (at < 0 ? at + staff : at >= staff ? at - staff : at);
}

/* Fill gaps and cumulative appeals of a teacher's partners, colleagues first; return their number. */
static int32_t weigh_partners(const World *w, const double *rings, double home_weight, int32_t teacher, int32_t colleagues,
                              int32_t begin, Workspace *p) {
    int32_t school = (int32_t)w->school[teacher], staff_from = w->first_teacher[school];
    int32_t staff = w->first_teacher[school + 1] - staff_from;
    int32_t first = w->first_tie[teacher], outside = w->first_outside[teacher], last = w->first_tie[teacher + 1];
    const float *mine = w->practice + (size_t)teacher * PADDED;
    double *restrict gaps = p->gaps, *restrict appeals = p->appeals;
    for (int32_t place = 0; place < colleagues; place++)
        gaps[place] = largest_gap(mine, w->practice + (size_t)colleague(staff_from, staff, teacher, place) * PADDED);
    for (int32_t tie = first; tie < outside; tie++)
        gaps[colleagues + tie - first] = largest_gap(mine, w->practice + (size_t)w->partner[tie] * PADDED);
    for (int32_t tie = outside; tie < last; tie++)
        gaps[colleagues + tie - first] = largest_gap(mine, practice_before(w, teacher, w->partner[tie]));
    double total = 0.0, share = rings[0] / (colleagues > 1 ? colleagues : 1) * home_weight;
    for (int32_t place = 0; place < colleagues; place++) appeals[place] = total += share * (gaps[place] + 0.1);
    const double *weights = p->weights + (first - begin);
    gaps += colleagues, appeals += colleagues;
    share = rings[1] / (outside > first ? outside - first : 1);
    for (int32_t i = 0; i < outside - first; i++) appeals[i] = total += share * weights[i] * (gaps[i] + 0.1);
    share = rings[2] / (last > outside ? last - outside : 1);
    for (int32_t i = outside - first; i < last - first; i++) appeals[i] = total += share * weights[i] * (gaps[i] + 0.1);
    int32_t partners = colleagues + last - first;
    for (int32_t place = partners; place % LANES; place++) p->appeals[place] = INFINITY;
    return partners;
}

/* Whether a debtor offers help to a creditor. perf: the chance is bounded before willingness is computed. */
static int offers_back(const World *w, const Term *t, const float *creditors, uint32_t tie) {
    const Settings *s = t->s;
    uint32_t creditor = w->partner[tie], debtor = w->partner[w->twin[tie]];
    double debt = -w->owed[tie], ready = s->return_rate * felt(s, debt);
    double draw = uniform(t->offers, w->teacher_id[debtor], w->teacher_id[creditor], 0);
    if (draw >= ready || largest_gap(creditors, w->practice + (size_t)debtor * PADDED) <= USEFUL) return 0;
    double rivals = rivalry(w, s, w->school[creditor], w->school[debtor]);
    double utility = utility_of(t, 1, w->trust[tie], rivals, weight_of_debt(s, debt), tiredness(s, w->fatigue[debtor]));
    return draw < ready * logistic(2.0 * utility);
}

/* Note who owes help; debtors beyond the boundary offer now, others after brokerage. */
static void note_debts(const World *w, const Term *t, uint32_t start, uint32_t end, Workspace *p) {
    int64_t many = 0;
    p->many_debts = 0;
    if (t->s->reciprocity == 0.0) return;
    for (int32_t tie = w->first_tie[start]; tie < w->first_tie[end]; tie++) {
        p->debts[many] = tie;
        many += -w->owed[tie] > 0.5f;
    }
    for (int64_t i = 0; i < many; i++) {
        uint32_t tie = (uint32_t)p->debts[i];
        if (w->partner[tie] - start < end - start)
            p->debts[p->many_debts++] = (int32_t)tie;
        else if (offers_back(w, t, practice_before(w, (int32_t)start, w->partner[tie]), tie))
            append_request(w, &p->across, w->twin[tie], OFFERED * SLOTS);
    }
}

/* How many cumulative appeals are not above a number. perf: whole registers, padded with infinity. */
static inline int32_t place_of(const double *appeals, int32_t partners, double sought) {
    int32_t place = 0;
    for (int32_t i = 0; i < partners; i += LANES)
        for (int l = 0; l < LANES; l++) place += sought >= appeals[i + l];
    return place;
}

static void seek_help(const World *w, const Term *t, int64_t alliance, Workspace *p) {
    const Settings *s = t->s;
    int32_t start = w->first_teacher[w->first_school[alliance]], end = w->first_teacher[w->first_school[alliance + 1]];
    int32_t begin = w->first_tie[start], after = w->first_tie[end];
    expect_answers(w, t, begin, after, p);
    note_needs(w, t, start, end, p);
    const double wall = sqrt(s->porosity), rings[3] = {1.0 - wall, wall - s->porosity, s->porosity};
    const double at_home = logistic(2.0 * t->rested_at_home), home_weight = at_home * power_of_e(s->loyalty * s->home_trust);
    const uint64_t chooses = stream_of(t->seed, CHOOSES_PARTNER, (uint64_t)t->half_term);
    const uint64_t asks = stream_of(t->seed, ASKS, (uint64_t)t->half_term);
    for (int32_t teacher = start; teacher < end; teacher++) {
        uint64_t mask = p->masks[teacher - start], who = (uint64_t)w->teacher_id[teacher] << 32;
        if (mask == 0) continue;
        int32_t school = (int32_t)w->school[teacher], staff_from = w->first_teacher[school];
        int32_t staff = w->first_teacher[school + 1] - staff_from, first = w->first_tie[teacher];
        int32_t colleagues = s->home != 0.0 ? (int32_t)s->colleagues : 0;
        colleagues = colleagues < staff - 1 ? colleagues : staff - 1;
        int32_t partners = weigh_partners(w, rings, home_weight, teacher, colleagues, begin, p);
        double total = partners > 0 ? p->appeals[partners - 1] : 0.0;
        if (total <= 0.0) continue;
        for (; mask; mask &= mask - 1) {
            int slot = __builtin_ctzll(mask);
            double sought = total * in_unit(drawn(chooses, who, (uint64_t)slot));
            double draw = in_unit(drawn(asks, who, (uint64_t)slot));
            int32_t place = place_of(p->appeals, partners, sought);
            place = place < partners - 1 ? place : partners - 1;
            int useful = p->gaps[place] > USEFUL;
            if (place < colleagues) {
                if ((useful | ((s->jpd != 0.0) & (s->home_jpd > 0.0))) & (draw < at_home))
                    append(&p->home, (uint32_t)teacher, (uint32_t)colleague(staff_from, staff, teacher, place), AT_HOME * SLOTS + slot);
                continue;
            }
            int32_t tie = first + place - colleagues;
            if (!((useful | ((s->jpd != 0.0) & (w->level[tie] == 4))) & (draw < p->expected[tie - begin]))) continue;
            p->tally.asked++;
            append_request(w, tie < w->first_outside[teacher] ? &p->inside : &p->across, (uint32_t)tie, OWN_CONTACT * SLOTS + slot);
        }
    }
    note_debts(w, t, (uint32_t)start, (uint32_t)end, p);
}

#endif
