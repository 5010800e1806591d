/* Half-terms of the core model, on one thread, as a C programmer would write them. Compiled and called by __init__.py. */

#include "answering.h"

typedef struct {
    int32_t tie;
    int32_t occasion;
} Request;

/* Working buffers, large enough for every alliance. */
typedef struct {
    double *staff_trust, *staff_level, *fond, *gaps, *appeals, *promises;
    int32_t *pairs, *brokered;
    Request *held;
    Request *queue;
    uint64_t *keys;
    int64_t *order, *boxes;
    uint8_t *granted, *met;
    Request *across;
    int64_t many_across, room_across;
} Workspace;

static void put_in_order(const uint64_t *keys, int64_t many, int64_t *order, int64_t *boxes) {
    memset(boxes, 0, (size_t)(many + 1) * sizeof *boxes);
    for (int64_t i = 0; i < many; i++) boxes[((keys[i] >> 32) * (uint64_t)many >> 32) + 1]++;
    for (int64_t i = 0; i < many; i++) boxes[i + 1] += boxes[i];
    for (int64_t i = 0; i < many; i++) order[boxes[(keys[i] >> 32) * (uint64_t)many >> 32]++] = i;
    for (int64_t end = 1; end < many; end++) {
        int64_t place = order[end], spot = end;
        for (; spot > 0 && keys[order[spot - 1]] > keys[place]; spot--) order[spot] = order[spot - 1];
        order[spot] = place;
    }
}

static void publish_results(World *w, const Settings *s, uint64_t seed, int half_term) {
    for (int64_t school = 0; school < w->schools; school++) {
        int32_t first = w->first_teacher[school], last = w->first_teacher[school + 1];
        double practice = 0.0;
        for (int64_t i = first * AREAS; i < last * AREAS; i++) practice += w->practice[i];
        practice /= (double)((last - first) * AREAS);
        double radius = sqrt(2.0 * exponential(seed, RESULTS_DAY, half_term, w->school_id[school], 0, 0));
        double turn = cos(2.0 * M_PI * uniform(seed, RESULTS_DAY, half_term, w->school_id[school], 0, 128));
        w->attainment[school] = (float)(w->intake[school] + s->effect * (practice - *w->opening_practice) / s->practice_sd +
                                        s->noise_sd * (radius * turn));
    }
    int64_t many = w->schools, *order = malloc((size_t)many * sizeof *order), *next = malloc((size_t)many * sizeof *next);
    for (int64_t i = 0; i < many; i++) order[i] = i;
    for (int64_t width = 1; width < many; width *= 2) { /* a stable merge sort, best first */
        for (int64_t left = 0; left < many; left += 2 * width) {
            int64_t mid = left + width < many ? left + width : many, end = left + 2 * width < many ? left + 2 * width : many;
            int64_t a = left, b = mid;
            for (int64_t i = left; i < end; i++)
                next[i] = a < mid && (b >= end || w->attainment[order[a]] >= w->attainment[order[b]]) ? order[a++] : order[b++];
        }
        int64_t *swap = order;
        order = next, next = swap;
    }
    for (int64_t place = 0; place < many; place++)
        w->rank[order[place]] = many > 1 ? (float)((double)place / (double)(many - 1)) : 0.0f;
    free(order), free(next);
}

static double head_after(const Settings *s, uint64_t seed, int half_term, uint32_t giver, uint32_t receiver, double trust,
                         double receivers, double stake, double rivals, double softened) {
    double willing = logistic(
        2.0 * (stakes(s, trust, stake, rivals) - effort(s, 1.0) - s->secrecy / 2.0 + s->head_readiness));
    if (uniform(seed, HEAD_GRANTS, half_term, giver, receiver, 0) >= willing) return trust;
    double bad = s->misfortune + chance_of_betrayal(s, receivers, rivals);
    if (uniform(seed, HEAD_OUTCOME, half_term, giver, receiver, 0) < bad) return broken(s, trust, stake, softened);
    return kept(trust, s->gain, stake);
}

static double stake_at(const Settings *s, double level) {
    int below = (int)level < 3 ? (int)level : 3;
    double share = level - below;
    return (1.0 - share) * s->stake[below - 1] + share * s->stake[below];
}

static double credibility_of(const World *w, int64_t alliance) {
    return w->present[alliance] ? w->credibility[alliance] : 0.0;
}

static void heads_meet(World *w, const Settings *s, uint64_t seed, int half_term, int64_t alliance, Workspace *p) {
    int32_t first = w->first_school[alliance], last = w->first_school[alliance + 1], members = last - first;
    uint32_t start = (uint32_t)w->first_teacher[first], end = (uint32_t)w->first_teacher[last];
    int32_t begin = w->first_tie[start], after = w->first_tie[end], beyond = members * members;
    float *trust = w->head_trust + w->first_head_tie[alliance];
    const int32_t *between = w->ties_between + w->first_head_tie[alliance];
    memset(p->staff_trust, 0, (size_t)(beyond + 1) * sizeof(double));
    memset(p->staff_level, 0, (size_t)(beyond + 1) * sizeof(double));
    for (int32_t school = first; school < last; school++) {
        int32_t row = (school - first) * members, done = w->first_tie[w->first_teacher[school + 1]];
        for (int32_t tie = w->first_tie[w->first_teacher[school]]; tie < done; tie++) {
            uint32_t partner = w->partner[tie];
            int inside = partner - start < end - start;
            int32_t place = (int32_t)w->school[inside ? partner : start] - first;
            p->pairs[tie - begin] = inside ? row + place : beyond;
        }
    }
    for (int32_t tie = begin; tie < after; tie++) {
        int32_t pair = p->pairs[tie - begin];
        p->staff_trust[pair] += w->trust[tie];
        p->staff_level[pair] += w->level[tie];
    }
    double softened = s->mediation * credibility_of(w, alliance);
    for (int32_t one = 0; one < members; one++)
        for (int32_t other = one + 1; other < members; other++) {
            uint32_t a = w->school_id[first + one], b = w->school_id[first + other];
            double draw = uniform(seed, HEADS_MEET, half_term, a < b ? a : b, a < b ? b : a, 0);
            if (draw >= least(1.0, s->head_meeting)) continue;
            int32_t there = one * members + other, back = other * members + one;
            double rivals = rivalry(w, s, (uint32_t)(first + one), (uint32_t)(first + other));
            double ones = trust[there], others = trust[back];
            double level = between[there] > 0 ? p->staff_level[there] / between[there] : 1.0;
            trust[there] = (float)head_after(s, seed, half_term, a, b, ones, others, stake_at(s, level), rivals, softened);
            level = between[back] > 0 ? p->staff_level[back] / between[back] : 1.0;
            trust[back] = (float)head_after(s, seed, half_term, b, a, others, ones, stake_at(s, level), rivals, softened);
        }
    for (int32_t pair = 0; pair < beyond; pair++) {
        if (between[pair] > 0)
            trust[pair] = (float)(trust[pair] + s->heads_hear_staff * (p->staff_trust[pair] / between[pair] - trust[pair]));
        p->staff_level[pair] = trust[pair];
    }
    p->staff_level[beyond] = s->initial;
    for (int32_t tie = begin; tie < after; tie++) {
        double own = w->trust[tie];
        w->trust[tie] = (float)(own + s->staff_follow_heads * (p->staff_level[p->pairs[tie - begin]] - own));
    }
}

static void note_across(Workspace *p, uint32_t tie, int occasion) {
    if (p->many_across == p->room_across) {
        p->room_across = 2 * p->room_across + 1024;
        p->across = realloc(p->across, (size_t)p->room_across * sizeof *p->across);
    }
    p->across[p->many_across++] = (Request){(int32_t)tie, occasion};
}

static int offers_back(const World *w, const Settings *s, uint64_t seed, int half_term, uint32_t tie) {
    uint32_t creditor = w->partner[tie], debtor = w->partner[w->twin[tie]];
    double ready = s->return_rate * obligation(s, -w->owed[tie]);
    if (uniform(seed, OFFERS_BACK, half_term, w->teacher_id[debtor], w->teacher_id[creditor], 0) >= ready) return 0;
    return largest_gap(w, creditor, debtor, NULL) > USEFUL;
}

static void teachers_seek_help(World *w, const Settings *s, uint64_t seed, int half_term, int64_t alliance, Workspace *p) {
    int32_t start = w->first_teacher[w->first_school[alliance]], end = w->first_teacher[w->first_school[alliance + 1]];
    int32_t begin = w->first_tie[start], after = w->first_tie[end];
    for (int32_t tie = begin; tie < after; tie++) {
        double x = s->loyalty * w->trust[tie] * (1.0 / 256);
        double power = 1.0 + x * (1.0 + x * (1.0 / 2 + x * (1.0 / 6 + x * (1.0 / 24 + x * (1.0 / 120 + x * (1.0 / 720 + x * (1.0 / 5040)))))));
        for (int i = 0; i < 8; i++) power *= power;
        p->fond[tie - begin] = power;
    }
    int32_t occasions = 0;
    for (int32_t teacher = start; teacher < end; teacher++) {
        double tired = tiredness(s, w->fatigue[teacher]), rested = tired > 0.0 ? exp(-tired) : 1.0;
        double rank = w->rank[w->school[teacher]];
        double need = (s->base_need + s->competition_need * s->competition * rank) * rested * (0.4 + 1.2 * s->funding);
        need = least(1.0, need);
        for (int slot = 0; slot < w->contacts; slot++) {
            w->asks[teacher * w->contacts + slot] = -1;
            p->queue[occasions] = (Request){teacher, slot};
            occasions += uniform(seed, SEEKS_HELP, half_term, w->teacher_id[teacher], 0, slot) < need;
        }
    }
    double total = 0.0;
    for (int32_t place = 0, weighed = -1; place < occasions; place++) {
        int32_t teacher = p->queue[place].tie, slot = p->queue[place].occasion;
        int32_t first = w->first_tie[teacher], outside = w->first_outside[teacher], last = w->first_tie[teacher + 1];
        if (weighed != teacher) {
            weighed = teacher, total = 0.0;
            for (int32_t tie = first; tie < last; tie++) {
                double gap = largest_gap(w, (uint32_t)teacher, w->partner[tie], NULL);
                total += (tie < outside ? 1.0 : s->porosity) * p->fond[tie - begin] * (gap + 0.1);
                p->gaps[tie - first] = gap;
                p->appeals[tie - first] = total;
            }
        }
        if (total <= 0.0) continue;
        double draw = uniform(seed, CHOOSES_PARTNER, half_term, w->teacher_id[teacher], 0, slot);
        int32_t chosen = first;
        for (int32_t tie = first; tie < last; tie++) chosen += draw * total >= p->appeals[tie - first];
        if (chosen > last - 1) chosen = last - 1;
        if (!((p->gaps[chosen - first] > USEFUL) | ((s->jpd != 0.0) & (w->level[chosen] == 4)))) continue;
        w->asks[teacher * w->contacts + slot] = chosen;
        if (chosen >= outside) note_across(p, (uint32_t)chosen, OWN_CONTACT * SLOTS + slot);
    }
    if (s->reciprocity == 0.0) return;
    for (int32_t teacher = start; teacher < end; teacher++)
        for (int32_t tie = w->first_outside[teacher]; tie < w->first_tie[teacher + 1]; tie++)
            if (-w->owed[tie] > 0.5f && offers_back(w, s, seed, half_term, (uint32_t)tie))
                note_across(p, w->twin[tie], OFFERED * SLOTS);
}

static inline void gaps_between(const World *w, uint32_t one, uint32_t other, float *to_learn, float *to_teach) {
    const float *mine = w->practice + one * AREAS, *theirs = w->practice + other * AREAS;
    *to_learn = *to_teach = 0.0f;
    for (int k = 0; k < AREAS; k++) {
        float ahead = theirs[k] - mine[k];
        *to_learn = ahead > *to_learn ? ahead : *to_learn;
        *to_teach = -ahead > *to_teach ? -ahead : *to_teach;
    }
}

/* The most promising pairs, best first; each by the tie of who has most to learn. */
static int32_t broker(World *w, const Settings *s, uint64_t seed, int half_term, int64_t alliance, Workspace *p) {
    int32_t capacity = w->capacity[alliance], found = 0;
    if (!w->present[alliance] || capacity == 0) return 0;
    double noise = 0.3 * (1.0 - (double)w->credibility[alliance]), lowest = -INFINITY;
    int32_t start = w->first_teacher[w->first_school[alliance]], end = w->first_teacher[w->first_school[alliance + 1]];
    int32_t many = 0;
    for (int32_t teacher = start; teacher < end; teacher++)
        for (int32_t tie = w->first_tie[teacher]; tie < w->first_outside[teacher]; tie++) {
            p->held[many] = (Request){tie, teacher};
            many += w->partner[tie] > (uint32_t)teacher; /* if not, the next is laid over it */
        }
    for (int32_t pair = 0; pair < many; pair++) {
        int32_t tie = p->held[pair].tie, teacher = p->held[pair].occasion;
        uint32_t other = w->partner[tie];
        float to_learn, to_teach;
        gaps_between(w, (uint32_t)teacher, other, &to_learn, &to_teach);
        double complement = to_learn < to_teach ? to_learn : to_teach;
        uint32_t a = w->teacher_id[teacher], b = w->teacher_id[other];
        double draw = uniform(seed, BROKERS, half_term, a < b ? a : b, a < b ? b : a, 0);
        int fruitful = (complement > USEFUL) | ((s->jpd != 0.0) & (w->level[tie] == 4));
        double promise = complement + noise * sqrt(3.0) * (2.0 * draw - 1.0);
        p->promises[pair] = fruitful ? promise : -INFINITY;
    }
    for (int32_t pair = 0; pair < many; pair++) {
        double promise = p->promises[pair];
        if (promise <= lowest) continue;
        int32_t place = found < capacity - 1 ? found : capacity - 1;
        for (; place > 0 && p->promises[p->brokered[place - 1]] < promise; place--) p->brokered[place] = p->brokered[place - 1];
        p->brokered[place] = pair;
        if (found < capacity) found++;
        if (found == capacity) lowest = p->promises[p->brokered[found - 1]];
    }
    for (int32_t place = 0; place < found; place++) {
        Request pair = p->held[p->brokered[place]];
        float to_learn, to_teach;
        gaps_between(w, (uint32_t)pair.occasion, w->partner[pair.tie], &to_learn, &to_teach);
        p->brokered[place] = to_learn >= to_teach ? pair.tie : (int32_t)w->twin[pair.tie];
    }
    return found;
}

static void exchange_phase(World *w, const Settings *s, uint64_t seed, int half_term, int64_t alliance, Workspace *p) {
    uint32_t start = (uint32_t)w->first_teacher[w->first_school[alliance]];
    uint32_t end = (uint32_t)w->first_teacher[w->first_school[alliance + 1]];
    int32_t begin = w->first_tie[start], after = w->first_tie[end], waiting = 0;
    for (int slot = 0; slot < w->contacts; slot++)
        for (uint32_t teacher = start; teacher < end; teacher++) {
            int32_t tie = w->asks[teacher * w->contacts + slot];
            p->queue[waiting] = (Request){tie, OWN_CONTACT * SLOTS + slot};
            waiting += tie >= 0 && tie < w->first_outside[teacher];
        }
    int32_t pairs = broker(w, s, seed, half_term, alliance, p);
    for (int32_t pair = 0; pair < pairs; pair++) p->queue[waiting++] = (Request){p->brokered[pair], BROKERED * SLOTS};
    w->brokered[alliance] = pairs;
    if (s->reciprocity != 0.0)
        for (int32_t tie = begin; tie < after; tie++)
            if (-w->owed[tie] > 0.5f && w->partner[tie] - start < end - start &&
                offers_back(w, s, seed, half_term, (uint32_t)tie))
                p->queue[waiting++] = (Request){(int32_t)w->twin[tie], OFFERED * SLOTS};
    for (int32_t i = 0; i < waiting; i++) {
        uint32_t tie = (uint32_t)p->queue[i].tie, giver = w->partner[tie], asker = w->partner[w->twin[tie]];
        p->keys[i] = hashed(seed, ORDER, half_term, w->teacher_id[asker], w->teacher_id[giver], p->queue[i].occasion);
    }
    put_in_order(p->keys, waiting, p->order, p->boxes);
    double credibility = credibility_of(w, alliance);
    for (int32_t i = 0; i < waiting; i++)
        p->granted[i] = is_granted(w, s, seed, half_term, (uint32_t)p->queue[i].tie, p->queue[i].occasion, credibility);
    memset(p->met, 0, (size_t)(after - begin));
    for (int32_t turn = 0; turn < waiting; turn++) {
        Request request = p->queue[p->order[turn]];
        uint32_t tie = (uint32_t)request.tie, twin = w->twin[tie], pair = (tie < twin ? tie : twin) - (uint32_t)begin;
        int granted = p->granted[p->order[turn]], by_broker = request.occasion / SLOTS == BROKERED;
        credibility = credibility_of(w, alliance);
        if (by_broker || p->met[pair]) granted = is_granted(w, s, seed, half_term, tie, request.occasion, credibility);
        p->met[pair] = 1;
        int ended = answer(w, s, seed, half_term, tie, request.occasion, credibility, granted);
        tally(w, tie, ended);
        if (by_broker && ended != REFUSED) {
            double c = w->credibility[alliance];
            w->credibility[alliance] = (float)(ended % JOINT == HONOURED ? c + 0.03 * (1.0 - c) : 0.95 * c);
        }
    }
}

static void answer_across(World *w, const Settings *s, uint64_t seed, int half_term, Workspace *p) {
    int64_t many = p->many_across;
    uint64_t *keys = malloc((size_t)(many + 1) * sizeof *keys);
    int64_t *order = malloc((size_t)(many + 1) * sizeof *order), *boxes = malloc((size_t)(many + 1) * sizeof *boxes);
    for (int64_t i = 0; i < many; i++) {
        uint32_t tie = (uint32_t)p->across[i].tie, giver = w->partner[tie], asker = w->partner[w->twin[tie]];
        keys[i] = hashed(seed, ORDER, half_term, w->teacher_id[asker], w->teacher_id[giver], p->across[i].occasion);
    }
    put_in_order(keys, many, order, boxes);
    for (int64_t turn = 0; turn < many; turn++) {
        if (turn + 8 < many) {
            uint32_t soon = (uint32_t)p->across[order[turn + 8]].tie;
            __builtin_prefetch(w->trust + soon), __builtin_prefetch(w->twin + soon), __builtin_prefetch(w->partner + soon);
        }
        Request request = p->across[order[turn]];
        uint32_t tie = (uint32_t)request.tie;
        int granted = is_granted(w, s, seed, half_term, tie, request.occasion, 0.0);
        tally(w, tie, answer(w, s, seed, half_term, tie, request.occasion, 0.0, granted));
    }
    free(keys), free(order), free(boxes);
}

static float faded(double count, double decay) {
    double left = count * (1.0 - decay);
    return fabs(left) > 1e-6 ? (float)left : 0.0f;
}

static void decay_phase(World *w, const Settings *s, uint64_t seed, int half_term, int64_t alliance) {
    double used = w->capacity[alliance] > 0 ? s->fatigue_rate * w->brokered[alliance] / w->capacity[alliance] : 0.0;
    w->strain[alliance] = (float)((1.0 - s->fatigue_rate) * (double)w->strain[alliance] + used);
    int32_t start = w->first_teacher[w->first_school[alliance]], end = w->first_teacher[w->first_school[alliance + 1]];
    for (int32_t tie = w->first_tie[start]; tie < w->first_tie[end]; tie++) {
        w->owed[tie] = faded(w->owed[tie], s->decay);
        w->help[tie] = faded(w->help[tie], s->decay);
    }
    for (int32_t tie = w->first_tie[start]; tie < w->first_tie[end]; tie++) {
        if (w->trust[tie] >= s->gate[w->level[tie] - 1] - s->hysteresis) continue;
        int32_t back = (int32_t)w->twin[tie];
        if (w->trust[tie] < w->trust[back] || (w->trust[tie] == w->trust[back] && tie < back))
            set_levels(w, (uint32_t)tie, level_borne(w, s, (uint32_t)tie));
    }
    for (int32_t teacher = start; teacher < end; teacher++) {
        float *own = w->practice + teacher * AREAS;
        for (int k = 0; k < AREAS; k++) own[k] = (float)((double)own[k] * (1.0 - s->depreciation));
        uint32_t who = w->teacher_id[teacher];
        if (uniform(seed, SOLO_CHANCE, half_term, who, 0, 0) < s->solo_rate) {
            int area = (int)(uniform(seed, SOLO_AREA, half_term, who, 0, 0) * (double)AREAS);
            double step = s->jpd_step * exponential(seed, SOLO_STEP, half_term, who, 0, 0);
            own[area] = (float)(own[area] + step * headroom(s, own[area]));
        }
        w->fatigue[teacher] = (float)((1.0 - s->fatigue_rate) * (double)w->fatigue[teacher] +
                                      s->fatigue_rate * (double)w->load[teacher] / s->effort_capacity);
        w->load[teacher] = 0.0f;
    }
}

static Workspace allocate_workspace(const World *w) {
    size_t members = 0, ties = 0, requests = 0, capacity = 1;
    for (int64_t a = 0; a < w->alliances; a++) {
        int32_t first = w->first_school[a], last = w->first_school[a + 1];
        int32_t start = w->first_teacher[first], end = w->first_teacher[last];
        size_t here = (size_t)(w->first_tie[end] - w->first_tie[start]), k = (size_t)w->capacity[a];
        size_t asked = (size_t)(end - start) * (size_t)w->contacts + here + k + 1;
        members = (size_t)(last - first) > members ? (size_t)(last - first) : members;
        ties = here > ties ? here : ties;
        requests = asked > requests ? asked : requests;
        capacity = k > capacity ? k : capacity;
    }
    size_t pairs = members * members + 1;
    return (Workspace){calloc(pairs, 8), calloc(pairs, 8), calloc(ties + 1, 8), calloc(ties + 1, 8), calloc(ties + 1, 8),
                   calloc(ties + 1, 8), calloc(ties + 1, 4), calloc(capacity, 4), calloc(ties + 1, sizeof(Request)),
                   calloc(requests, sizeof(Request)),
                   calloc(requests, 8), calloc(requests, 8), calloc(requests + 1, 8), calloc(requests, 1),
                   calloc(ties + 1, 1), NULL, 0, 0};
}

/* Simulate the half-terms from first to last, and fill a row of outcomes after each (row 0: the initial state). */
void simulate(World *w, const Settings *s, uint64_t seed, int first, int last, double *rows, int64_t width) {
    Workspace p = allocate_workspace(w);
    for (int number = first; number <= last; number++) {
        if (number > 0) {
            if (number > 1 && number % 6 == 1) {
                publish_results(w, s, seed, number);
                for (int64_t i = 0; i < w->teachers; i++) w->years[i] = w->years[i] < 255 ? w->years[i] + 1 : 255;
            }
            size_t schools = (size_t)w->schools * sizeof(int32_t);
            memset(w->given, 0, schools), memset(w->developed, 0, schools), memset(w->refused, 0, schools);
            memset(w->betrayed, 0, schools), memset(w->uphill, 0, schools);
            p.many_across = 0;
            for (int64_t a = 0; a < w->alliances; a++) {
                send_for_beyond(w, a + 1, 0);
                heads_meet(w, s, seed, number, a, &p);
                teachers_seek_help(w, s, seed, number, a, &p);
            }
            for (int64_t a = 0; a < w->alliances; a++) exchange_phase(w, s, seed, number, a, &p);
            answer_across(w, s, seed, number, &p);
            for (int64_t a = 0; a < w->alliances; a++) decay_phase(w, s, seed, number, a);
        }
        measure(w, s, number == 0, rows + (number - first) * width);
    }
    free(p.staff_trust), free(p.staff_level), free(p.fond), free(p.gaps), free(p.appeals), free(p.promises), free(p.pairs);
    free(p.brokered), free(p.held), free(p.queue), free(p.keys), free(p.order), free(p.boxes), free(p.granted), free(p.met), free(p.across);
}
