/* Heads meet, hear their staff, and are followed by them. */

#ifndef HEADS_H
#define HEADS_H

#include "workspace.h"

static double head_after(const Term *t, uint32_t giver, uint32_t receiver, double trust, double receivers, double stake,
                         double rivals, double softened) {
    const Settings *s = t->s;
    uint64_t grants = stream_of(t->seed, HEAD_GRANTS, (uint64_t)t->half_term);
    double willing =
        logistic(2.0 * (risk(s, trust, stake, rivals) - t->protected_effort - s->secrecy / 2.0 + s->head_readiness));
    if (uniform(grants, giver, receiver, 0) >= willing) return trust;
    double bad = s->misfortune + chance_of_betrayal(s, receivers, rivals);
    uint64_t outcome = stream_of(t->seed, HEAD_OUTCOME, (uint64_t)t->half_term);
    if (uniform(outcome, giver, receiver, 0) < bad) return broken(s, trust, stake, softened);
    return kept(trust, s->gain, stake);
}

static double stake_at(const Settings *s, double level) {
    int below = (int)level < 3 ? (int)level : 3;
    double share = level - below;
    return (1.0 - share) * s->stake[below - 1] + share * s->stake[below];
}

/* Sum trust and levels by pair of schools, and note each tie's pair and rivalry. */
static void hear_staff(const World *w, const Settings *s, int64_t alliance, Workspace *p) {
    int32_t first = w->first_school[alliance], last = w->first_school[alliance + 1], members = last - first;
    uint32_t start = (uint32_t)w->first_teacher[first], end = (uint32_t)w->first_teacher[last];
    int32_t begin = w->first_tie[start], after = w->first_tie[end], beyond = members * members;
    const uint32_t *restrict partner = w->partner, *restrict school_of = w->school;
    const float *restrict ranks = w->rank;
    for (int32_t school = first; school < last; school++) {
        int32_t row = (school - first) * members, from = w->first_tie[w->first_teacher[school]];
        int32_t many = w->first_tie[w->first_teacher[school + 1]] - from;
        int32_t *restrict pairs = p->pairs + (from - begin);
        double *restrict rivals = p->rivals + (from - begin);
        double rank = w->rank[school];
        for (int32_t i = 0; i < many; i++) {
            uint32_t other = partner[from + i];
            int inside = other - start < end - start;
            int32_t theirs = (int32_t)school_of[other];
            pairs[i] = inside ? row + theirs - first : beyond;
            rivals[i] = (inside ? 1.0 : s->rivalry_across) * s->competition * (1.0 - fabs(rank - (double)ranks[theirs]));
        }
    }
    memset(p->staff_trust, 0, (size_t)(beyond + 1) * sizeof(double));
    memset(p->staff_level, 0, (size_t)(beyond + 1) * sizeof(double));
    for (int32_t tie = begin; tie < after; tie++) {
        int32_t pair = p->pairs[tie - begin];
        p->staff_trust[pair] += w->trust[tie];
        p->staff_level[pair] += w->level[tie];
    }
}

static void heads_meet(World *w, const Term *t, int64_t alliance, Workspace *p) {
    const Settings *s = t->s;
    int32_t first = w->first_school[alliance], last = w->first_school[alliance + 1], members = last - first;
    int32_t start = w->first_teacher[first], end = w->first_teacher[last];
    int32_t begin = w->first_tie[start], after = w->first_tie[end], beyond = members * members;
    float *trust = w->head_trust + w->first_head_tie[alliance];
    const int32_t *between = w->ties_between + w->first_head_tie[alliance];
    hear_staff(w, s, alliance, p);
    double softened = s->mediation * credibility_of(w, alliance);
    uint64_t meets = stream_of(t->seed, HEADS_MEET, (uint64_t)t->half_term), meeting = bound_of(least(1.0, s->head_meeting));
    for (int32_t one = 0; one < members; one++)
        for (int32_t other = one + 1; other < members; other++) {
            uint32_t a = w->school_id[first + one], b = w->school_id[first + other];
            if (drawn(meets, a < b ? pair_of(a, b) : pair_of(b, a), 0) >> 11 >= meeting) continue;
            int32_t there = one * members + other, back = other * members + one;
            double rivals = rivalry(w, s, (uint32_t)(first + one), (uint32_t)(first + other));
            double ones = trust[there], others = trust[back];
            double level = between[there] > 0 ? p->staff_level[there] / between[there] : 1.0;
            trust[there] = (float)head_after(t, a, b, ones, others, stake_at(s, level), rivals, softened);
            level = between[back] > 0 ? p->staff_level[back] / between[back] : 1.0;
            trust[back] = (float)head_after(t, b, a, others, ones, stake_at(s, level), rivals, softened);
        }
    for (int32_t pair = 0; pair < beyond; pair++) {
        if (between[pair] > 0)
            trust[pair] = (float)(trust[pair] + s->heads_hear_staff * (p->staff_trust[pair] / between[pair] - trust[pair]));
        p->staff_level[pair] = trust[pair];
    }
    const double *restrict heads = p->staff_level;
    const int32_t *restrict pairs = p->pairs;
    float *restrict own = w->trust + begin;
    double follows = s->staff_follow_heads;
    for (int32_t i = 0; i < after - begin; i++) {
        double now = own[i], head = heads[pairs[i]];
        own[i] = pairs[i] == beyond ? own[i] : (float)(now + follows * (head - now));
    }
    for (int32_t teacher = start; teacher < end; teacher++)
        for (int32_t tie = w->first_outside[teacher]; tie < w->first_tie[teacher + 1]; tie++)
            if (w->help[tie] + w->help[w->twin[tie]] < 0.5f) {
                double now = w->trust[tie];
                w->trust[tie] = (float)(now + follows * (s->initial - now));
            }
}

#endif
