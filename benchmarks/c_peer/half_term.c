/* Half-terms of the core model, on one thread, as a C programmer would write them. Compiled and called by __init__.py.
   perf: an alliance decides and exchanges help in one pass over its columns; its practice is copied between the two, for
   later alliances that decide. A second pass closes the half-term and measures. */

#include "closing.h"
#include "exchange.h"
#include "heads.h"
#include "year_end.h"

/* perf: prefetch what an alliance reads of its partners beyond the boundary, whose rows are far away in memory. */
static void prefetch_beyond(const World *w, int64_t alliance, int deciding) {
    if (alliance >= w->alliances) return;
    int32_t start = w->first_teacher[w->first_school[alliance]], end = w->first_teacher[w->first_school[alliance + 1]];
    for (int32_t teacher = start; teacher < end; teacher++)
        for (int32_t tie = w->first_outside[teacher]; tie < w->first_tie[teacher + 1]; tie++) {
            uint32_t partner = w->partner[tie];
            const float *practice = deciding && partner < (uint32_t)start ? w->before : w->practice;
            __builtin_prefetch(practice + (size_t)partner * PADDED);
            __builtin_prefetch(w->help + w->twin[tie]);
            if (deciding) __builtin_prefetch(w->school + partner);
        }
}

static Term begin_half_term(const Settings *s, uint64_t seed, int half_term) {
    uint64_t number = (uint64_t)half_term;
    double effort = s->effort_weight * (1.0 - 0.6 * s->funding);
    return (Term){
        .s = s,
        .half_term = half_term,
        .seed = seed,
        .grants = stream_of(seed, GRANTS, number),
        .outcome = stream_of(seed, OUTCOME, number),
        .demotion = stream_of(seed, DEMOTION, number),
        .joint_innovation = stream_of(seed, JOINT_INNOVATION, number),
        .home_joint = stream_of(seed, HOME_JOINT, number),
        .order = stream_of(seed, ORDER, number),
        .offers = stream_of(seed, OFFERS_BACK, number),
        .protected_effort = effort,
        .rested_at_home = risk(s, s->home_trust, s->stake[0], 0.0) - effort * s->cost[0],
    };
}

static void keep_practice(World *w, int32_t start, int32_t end) {
    size_t first = (size_t)start * PADDED;
    memcpy(w->before + first, w->practice + first, (size_t)(end - start) * PADDED * sizeof *w->before);
}

static void decide_and_exchange(World *w, const Term *t, Workspace *p) {
    memset(w->given, 0, (size_t)w->schools * sizeof *w->given);
    p->tally = (Tally){0};
    for (int64_t a = 0; a < w->alliances; a++) {
        prefetch_beyond(w, a + 1, 1);
        heads_meet(w, t, a, p);
        seek_help(w, t, a, p);
        keep_practice(w, w->first_teacher[w->first_school[a]], w->first_teacher[w->first_school[a + 1]]);
        exchange_phase(w, t, a, p);
    }
    answer_across(w, t, p);
}

/* Close the half-term, and fill the row of its outcomes; without a term, measure the initial state. */
static void close_half_term(World *w, const Settings *s, const Term *t, Workspace *p, double *row) {
    Sums sums = {0};
    if (t)
        for (int64_t a = 0; a < w->alliances; a++)
            grow_older(w, t, w->first_teacher[w->first_school[a]], w->first_teacher[w->first_school[a + 1]], p);
    for (int64_t a = 0; a < w->alliances; a++) {
        int32_t first = w->first_school[a], last = w->first_school[a + 1], members = last - first;
        int32_t start = w->first_teacher[first], end = w->first_teacher[last];
        const float *heads = w->head_trust + w->first_head_tie[a];
        prefetch_beyond(w, a + 1, 0);
        if (t) {
            double used = w->capacity[a] > 0 ? s->fatigue_rate * w->brokered[a] / w->capacity[a] : 0.0;
            w->strain[a] = (float)((1.0 - s->fatigue_rate) * (double)w->strain[a] + used);
            decay_ties(w, s, w->first_tie[start], w->first_tie[end]);
        }
        for (int32_t pair = 0; pair < members * members; pair++)
            sums.head_trust += pair % (members + 1) == 0 ? 0.0 : heads[pair];
        sums.heads += members * (members - 1);
        gather_ties(w, s, w->first_tie[start], w->first_tie[end], t != NULL, p);
        sum_ties(s, w->first_tie[end] - w->first_tie[start], &sums, p);
        sum_teachers(w, start, end, &sums);
    }
    measure(w, &sums, &p->tally, t == NULL, row);
}

/* Simulate the half-terms from first to last, and fill a row of outcomes after each (row 0: the initial state). */
void simulate(World *w, const Settings *s, uint64_t seed, int first, int last, double *rows, int64_t width) {
    Workspace p = allocate_workspace(w);
    for (int number = first; number <= last; number++) {
        Term term = begin_half_term(s, seed, number);
        if (number > 1 && number % 6 == 1) year_end(w, s, seed, number);
        if (number > 0) decide_and_exchange(w, &term, &p);
        close_half_term(w, s, number > 0 ? &term : NULL, &p, rows + (number - first) * width);
    }
    free_workspace(&p);
}
