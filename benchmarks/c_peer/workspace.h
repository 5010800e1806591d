/* Working buffers, large enough for every alliance. */

#ifndef WORKSPACE_H
#define WORKSPACE_H

#include "answering.h"

typedef struct {
    Request *items;
    int64_t many, room;
} Queue;

typedef struct {
    double *staff_trust, *staff_level;            /* per pair of schools */
    int32_t *pairs, *debts;                       /* per tie of an alliance */
    double *rivals, *expected, *weights, *scores; /* per tie of an alliance */
    double *gaps, *appeals;                       /* per partner of a teacher */
    uint64_t *bounds, *masks;                     /* per teacher of an alliance */
    uint64_t *keys, *grants, *joint;              /* per request */
    int32_t *order, *boxes;
    int32_t *brokered;
    float *tie_values[5]; /* per tie of an alliance, and LANES more */
    Queue home, inside, across;
    int64_t many_debts;
    Tally tally;
} Workspace;

static inline void append(Queue *queue, uint32_t tie, uint32_t giver, int32_t occasion) {
    if (queue->many == queue->room) {
        queue->room = 2 * queue->room + 1024;
        queue->items = realloc(queue->items, (size_t)queue->room * sizeof *queue->items);
    }
    queue->items[queue->many++] = (Request){tie, giver, occasion};
}

static inline void append_request(const World *w, Queue *queue, uint32_t tie, int32_t occasion) {
    append(queue, tie, w->partner[tie], occasion);
}

/* Sort by key: into as many boxes as there are keys, then by insertion. */
static void put_in_order(const uint64_t *keys, int32_t many, int32_t *order, int32_t *boxes) {
    memset(boxes, 0, (size_t)(many + 1) * sizeof *boxes);
    for (int32_t i = 0; i < many; i++) boxes[((keys[i] >> 32) * (uint64_t)many >> 32) + 1]++;
    for (int32_t i = 0; i < many; i++) boxes[i + 1] += boxes[i];
    for (int32_t i = 0; i < many; i++) order[boxes[(keys[i] >> 32) * (uint64_t)many >> 32]++] = i;
    for (int32_t end = 1; end < many; end++) {
        int32_t place = order[end], spot = end;
        for (; spot > 0 && keys[order[spot - 1]] > keys[place]; spot--) order[spot] = order[spot - 1];
        order[spot] = place;
    }
}

static Workspace allocate_workspace(const World *w) {
    size_t members = 0, ties = 0, teachers = 0, capacity = 1;
    for (int64_t a = 0; a < w->alliances; a++) {
        int32_t first = w->first_school[a], last = w->first_school[a + 1];
        int32_t start = w->first_teacher[first], end = w->first_teacher[last];
        size_t here = (size_t)(w->first_tie[end] - w->first_tie[start]), k = (size_t)w->capacity[a];
        members = (size_t)(last - first) > members ? (size_t)(last - first) : members;
        teachers = (size_t)(end - start) > teachers ? (size_t)(end - start) : teachers;
        ties = here > ties ? here : ties;
        capacity = k > capacity ? k : capacity;
    }
    size_t pairs = members * members + 1, requests = teachers * (size_t)w->contacts + ties + capacity + 1;
    size_t partners = ties + 16;
    Workspace p = {0};
    p.staff_trust = calloc(pairs, 8), p.staff_level = calloc(pairs, 8);
    p.pairs = calloc(ties + 1, 4), p.debts = calloc(ties + 1, 4);
    p.rivals = calloc(ties + 1, 8), p.expected = calloc(ties + 1, 8), p.weights = calloc(ties + 1, 8);
    p.scores = calloc(ties + 1, 8), p.gaps = calloc(partners, 8), p.appeals = calloc(partners, 8);
    p.bounds = calloc(teachers, 8), p.masks = calloc(teachers, 8);
    p.keys = calloc(requests + ties, 8), p.grants = calloc(requests, 8), p.joint = calloc(requests, 8);
    p.order = calloc(requests, 4), p.boxes = calloc(requests + 1, 4), p.brokered = calloc(capacity, 4);
    for (int k = 0; k < 5; k++) p.tie_values[k] = calloc(ties + LANES, 4);
    return p;
}

static void free_workspace(Workspace *p) {
    void *buffers[] = {p->staff_trust, p->staff_level, p->pairs, p->debts, p->rivals, p->expected, p->weights, p->scores,
                       p->gaps, p->appeals, p->bounds, p->masks, p->keys, p->grants, p->joint, p->order, p->boxes,
                       p->brokered, p->home.items, p->inside.items, p->across.items};
    for (int k = 0; k < 5; k++) free(p->tie_values[k]);
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) free(buffers[i]);
}

#endif
