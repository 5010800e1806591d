/* Colleagues help each other, the coordinator brokers, debtors offer, and requests between schools are answered. */

#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "seeking.h"

/* perf: help at home that is refused has no consequence, so that only granted help is sorted. */
static void help_at_home(World *w, const Term *t, Workspace *p) {
    const Settings *s = t->s;
    int32_t many = (int32_t)p->home.many, granted = 0;
    Request *items = p->home.items;
    uint64_t rested = bound_of(logistic(2.0 * t->rested_at_home)), joint = s->jpd != 0.0 ? bound_of(s->home_jpd) : 0;
    for (int32_t i = 0; i < many; i++) p->keys[i] = pair_of(w->teacher_id[items[i].tie], w->teacher_id[items[i].giver]);
    for (int32_t i = 0; i < many; i++) {
        uint64_t pair = p->keys[i], occasion = (uint64_t)items[i].occasion;
        p->grants[i] = drawn(t->grants, pair, occasion) >> 11;
        p->joint[i] = drawn(t->home_joint, pair, occasion) >> 11 < joint;
        p->keys[i] = drawn(t->order, pair, occasion);
    }
    for (int32_t i = 0; i < many; i++) {
        double tired = tiredness(s, w->fatigue[items[i].giver]);
        uint64_t bound = tired > 0.0 ? bound_of(logistic(2.0 * (t->rested_at_home - tired))) : rested;
        items[granted] = items[i];
        p->keys[granted] = p->keys[i];
        p->joint[granted] = p->joint[i];
        granted += p->grants[i] < bound;
    }
    put_in_order(p->keys, granted, p->order, p->boxes);
    for (int32_t turn = 0; turn < granted; turn++) {
        int32_t place = p->order[turn];
        Request request = items[place];
        if (p->joint[place])
            develop_jointly(w, t, request.tie, request.giver, request.occasion);
        else
            transfer(w, t, request.tie, request.giver, 1);
        p->tally.home_joint += (int64_t)p->joint[place];
    }
    p->tally.home += granted;
    p->home.many = 0;
}

static inline void gaps_between(const float *restrict mine, const float *restrict theirs, float *to_learn, float *to_teach) {
    *to_learn = largest_gap(mine, theirs);
    *to_teach = largest_gap(theirs, mine);
}

/* Append requests for the best matches; the teacher with more to learn asks. */
static void broker(World *w, const Term *t, int64_t alliance, Workspace *p) {
    const Settings *s = t->s;
    int32_t capacity = w->capacity[alliance], found = 0, many = 0;
    w->brokered[alliance] = 0;
    if (!w->present[alliance] || capacity == 0) return;
    double noise = 0.3 * (1.0 - (double)w->credibility[alliance]) * sqrt(3.0), lowest = -INFINITY;
    uint32_t start = (uint32_t)w->first_teacher[w->first_school[alliance]];
    uint32_t end = (uint32_t)w->first_teacher[w->first_school[alliance + 1]];
    int32_t begin = w->first_tie[start], after = w->first_tie[end];
    for (int32_t tie = begin; tie < after; tie++) {
        p->pairs[many] = tie;
        many += (w->partner[tie] - start < end - start) & (w->twin[tie] > (uint32_t)tie); /* else overwritten by the next */
    }
    for (int32_t i = 0; i < many; i++) {
        int32_t tie = p->pairs[i];
        uint32_t one = w->partner[w->twin[tie]], other = w->partner[tie];
        float to_learn, to_teach;
        gaps_between(w->practice + (size_t)one * PADDED, w->practice + (size_t)other * PADDED, &to_learn, &to_teach);
        double complement = to_learn < to_teach ? to_learn : to_teach;
        int fruitful = (complement > USEFUL) | ((s->jpd != 0.0) & (w->level[tie] == 4));
        p->scores[i] = fruitful ? complement : -INFINITY;
        uint32_t a = w->teacher_id[one], b = w->teacher_id[other];
        p->keys[i] = a < b ? pair_of(a, b) : pair_of(b, a);
    }
    const uint64_t stream = stream_of(t->seed, BROKERS, (uint64_t)t->half_term);
    for (int32_t i = 0; i < many; i++) {
        int32_t tie = p->pairs[i];
        double both = p->expected[tie - begin] * p->expected[(int32_t)w->twin[tie] - begin];
        p->scores[i] = p->scores[i] * sqrt(both) + noise * (2.0 * in_unit(drawn(stream, p->keys[i], 0)) - 1.0);
    }
    for (int32_t i = 0; i < many; i++) {
        double score = p->scores[i];
        if (!(score > lowest)) continue;
        int32_t place = found < capacity - 1 ? found : capacity - 1;
        for (; place > 0 && p->scores[p->brokered[place - 1]] < score; place--) p->brokered[place] = p->brokered[place - 1];
        p->brokered[place] = i;
        if (found < capacity) found++;
        if (found == capacity) lowest = p->scores[p->brokered[found - 1]];
    }
    for (int32_t place = 0; place < found; place++) {
        uint32_t tie = (uint32_t)p->pairs[p->brokered[place]], back = w->twin[tie];
        float to_learn, to_teach;
        gaps_between(w->practice + (size_t)w->partner[back] * PADDED, w->practice + (size_t)w->partner[tie] * PADDED,
                     &to_learn, &to_teach);
        append_request(w, &p->inside, to_learn >= to_teach ? tie : back, BROKERED * SLOTS);
    }
    w->brokered[alliance] = found;
}

/* Random order and random number of each request. */
static void draw_requests(const World *w, const Term *t, const Request *items, int32_t many, uint64_t *keys, uint64_t *grants) {
    for (int32_t i = 0; i < many; i++)
        keys[i] = pair_of(w->teacher_id[w->partner[w->twin[items[i].tie]]], w->teacher_id[items[i].giver]);
    for (int32_t i = 0; i < many; i++) {
        uint64_t pair = keys[i], occasion = (uint64_t)items[i].occasion;
        keys[i] = drawn(t->order, pair, occasion);
        grants[i] = drawn(t->grants, pair, occasion);
    }
}

static void exchange_phase(World *w, const Term *t, int64_t alliance, Workspace *p) {
    help_at_home(w, t, p);
    broker(w, t, alliance, p);
    for (int64_t i = 0; i < p->many_debts; i++)
        if (offers_back(w, t, w->practice + (size_t)w->partner[p->debts[i]] * PADDED, (uint32_t)p->debts[i]))
            append_request(w, &p->inside, w->twin[p->debts[i]], OFFERED * SLOTS);
    int32_t many = (int32_t)p->inside.many;
    draw_requests(w, t, p->inside.items, many, p->keys, p->grants);
    put_in_order(p->keys, many, p->order, p->boxes);
    for (int32_t turn = 0; turn < many; turn++) {
        Request request = p->inside.items[p->order[turn]];
        double credibility = credibility_of(w, alliance);
        int granted = granted_level(w, t, &request, p->grants[p->order[turn]], credibility);
        int ended = answer(w, t, &request, credibility, granted, &p->tally);
        if (request.occasion / SLOTS == BROKERED && ended != REFUSED) {
            double c = w->credibility[alliance];
            w->credibility[alliance] = (float)(ended == HONOURED ? c + 0.03 * (1.0 - c) : 0.95 * c);
        }
    }
    p->inside.many = 0;
}

/* perf: rows of requests that are soon answered are far apart in memory, and prefetched in two stages. */
static void answer_across(World *w, const Term *t, Workspace *p) {
    enum { SOON = 8, LATER = 16 };
    int32_t many = (int32_t)p->across.many;
    uint64_t *keys = malloc((size_t)(many + 1) * sizeof *keys), *grants = malloc((size_t)(many + 1) * sizeof *grants);
    int32_t *order = malloc((size_t)(many + 1) * sizeof *order), *boxes = malloc((size_t)(many + 1) * sizeof *boxes);
    draw_requests(w, t, p->across.items, many, keys, grants);
    put_in_order(keys, many, order, boxes);
    for (int32_t turn = 0; turn < many; turn++) {
        if (turn + LATER < many) {
            uint32_t tie = p->across.items[order[turn + LATER]].tie;
            __builtin_prefetch(w->trust + tie), __builtin_prefetch(w->twin + tie), __builtin_prefetch(w->partner + tie);
            __builtin_prefetch(w->owed + tie), __builtin_prefetch(w->help + tie), __builtin_prefetch(w->level + tie);
        }
        if (turn + SOON < many) {
            uint32_t tie = p->across.items[order[turn + SOON]].tie, back = w->twin[tie];
            uint32_t giver = w->partner[tie];
            __builtin_prefetch(w->trust + back), __builtin_prefetch(w->partner + back), __builtin_prefetch(w->owed + back);
            __builtin_prefetch(w->help + back), __builtin_prefetch(w->level + back), __builtin_prefetch(w->fatigue + giver);
            __builtin_prefetch(w->school + giver), __builtin_prefetch(w->practice + (size_t)giver * PADDED);
        }
        Request request = p->across.items[order[turn]];
        answer(w, t, &request, 0.0, granted_level(w, t, &request, grants[order[turn]], 0.0), &p->tally);
    }
    free(keys), free(grants), free(order), free(boxes);
    p->across.many = 0;
}

#endif
