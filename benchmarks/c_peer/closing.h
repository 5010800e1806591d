/* The end of a half-term: practice depreciates, teachers invent alone, fatigue, debts and levels decay; then outcomes.
   perf: outcomes are summed alliance by alliance as its ties decay, while they are in the cache. Ties of later alliances
   have not decayed then, and their counts are faded as they are read. */

#ifndef CLOSING_H
#define CLOSING_H

#include "workspace.h"

typedef struct {
    double ties, trust, mutual, level, at_four, uneven, flow, used, one_way, heads, head_trust;
    double practice, reach, fatigue;
    float best[PADDED];
} Sums;

static void grow_older(World *w, const Term *t, int32_t start, int32_t end, Workspace *p) {
    const Settings *s = t->s;
    float *restrict practice = w->practice + (size_t)start * PADDED;
    const double left = 1.0 - s->depreciation;
    for (int32_t i = 0; i < (end - start) * PADDED; i++) practice[i] = (float)((double)practice[i] * left);
    const uint64_t chance = stream_of(t->seed, SOLO_CHANCE, (uint64_t)t->half_term), bound = bound_of(s->solo_rate);
    const uint64_t areas = stream_of(t->seed, SOLO_AREA, (uint64_t)t->half_term);
    const uint64_t steps = stream_of(t->seed, SOLO_STEP, (uint64_t)t->half_term);
    uint64_t *restrict masks = p->masks;
    const uint32_t *restrict ids = w->teacher_id + start;
    for (int32_t i = 0; i < end - start; i++) masks[i] = drawn(chance, (uint64_t)ids[i] << 32, 0) >> 11 < bound;
    int32_t many = 0;
    for (int32_t i = 0; i < end - start; i++) {
        p->order[many] = i;
        many += (int32_t)masks[i];
    }
    for (int32_t i = 0; i < many; i++) {
        uint32_t who = ids[p->order[i]];
        float *own = practice + (size_t)p->order[i] * PADDED + (int)(uniform(areas, who, 0, 0) * (double)AREAS);
        *own = (float)(*own + s->solo_step * exponential(steps, who, 0, 0) * headroom(s, *own));
    }
    float *restrict fatigue = w->fatigue + start, *restrict load = w->load + start;
    const double rate = s->fatigue_rate, capacity = s->effort_capacity;
    for (int32_t i = 0; i < end - start; i++) {
        fatigue[i] = (float)((1.0 - rate) * (double)fatigue[i] + rate * (double)load[i] / capacity);
        load[i] = 0.0f;
    }
}

static void decay_ties(World *w, const Settings *s, int32_t begin, int32_t after) {
    float *restrict owed = w->owed, *restrict help = w->help;
    for (int32_t tie = begin; tie < after; tie++) {
        owed[tie] = faded(owed[tie], s->decay);
        help[tie] = faded(help[tie], s->decay);
    }
    const float *restrict trust = w->trust;
    const int8_t *restrict levels = w->level;
    double gates[4];
    for (int level = 0; level < 4; level++) gates[level] = s->gate[level] - s->hysteresis;
    for (int32_t block = begin; block < after; block += 64) { /* perf: few levels fall */
        int32_t end = block + 64 < after ? block + 64 : after, below = 0;
        for (int32_t tie = block; tie < end; tie++) {
            double low = levels[tie] == 1 ? gates[0] : gates[1], high = levels[tie] == 3 ? gates[2] : gates[3];
            below += trust[tie] < (levels[tie] <= 2 ? low : high);
        }
        if (!below) continue;
        for (int32_t tie = block; tie < end; tie++) {
            if (trust[tie] >= gates[levels[tie] - 1]) continue;
            int32_t back = (int32_t)w->twin[tie];
            if (trust[tie] < trust[back] || (trust[tie] == trust[back] && tie < back))
                set_levels(w, (uint32_t)tie, level_borne(w, s, (uint32_t)tie));
        }
    }
}

typedef double Doubles __attribute__((vector_size(LANES * 8)));
typedef int64_t Counts __attribute__((vector_size(LANES * 8)));

static inline Doubles doubles_at(const float *from) { return __builtin_convertvector(floats_at(from), Doubles); }

static inline double total_of(Doubles parts) {
    double total = 0.0;
    for (int l = 0; l < LANES; l++) total += parts[l];
    return total;
}

static inline double count_of(Counts parts) {
    int64_t total = 0;
    for (int l = 0; l < LANES; l++) total -= parts[l]; /* a true comparison is -1 */
    return (double)total;
}

static inline Doubles only(Counts where, Doubles values) { return (Doubles)(where & (Counts)values); }

/* What sums over ties need, tie by tie and padded with zeros: inside counts the ties that stay in the alliance. */
static void gather_ties(const World *w, const Settings *s, int32_t begin, int32_t after, int undecayed, Workspace *p) {
    const float *restrict trusts = w->trust + begin, *restrict help = w->help;
    const uint32_t *restrict twins = w->twin + begin;
    const int8_t *restrict levels = w->level + begin;
    float *restrict own = p->tie_values[0], *restrict backs = p->tie_values[1], *restrict given = p->tie_values[2];
    float *restrict received = p->tie_values[3], *restrict level = p->tie_values[4];
    int32_t many = after - begin;
    for (int32_t i = 0; i < many; i++) {
        uint32_t twin = twins[i] - (uint32_t)begin;
        int inside = twin < (uint32_t)many;
        own[i] = trusts[i];
        backs[i] = trusts[inside ? twin : 0];
        level[i] = inside ? levels[i] : 0.0f; /* 0: not inside */
        given[i] = help[begin + i];
        received[i] = help[twins[i]];
    }
    if (undecayed)
        for (int32_t i = 0; i < many; i++) received[i] = twins[i] >= (uint32_t)after ? faded(received[i], s->decay) : received[i];
    for (int k = 0; k < 5; k++) memset(p->tie_values[k] + many, 0, LANES * sizeof(float));
}

/* perf: sums are kept in LANES parts, so that several ties are added at once. */
static void sum_ties(const Settings *s, int32_t many, Sums *sums, Workspace *p) {
    const double constant = s->one_way_constant, tolerance = s->one_way_tolerance, width = most(1.0 - tolerance, 1e-9);
    Doubles trust_sum = {0}, level_sum = {0}, uneven = {0}, flow = {0}, one_way = {0}, zero = {0};
    Counts ties = {0}, mutual = {0}, at_four = {0}, used = {0};
    for (int32_t i = 0; i < many; i += LANES) {
        Doubles trust = doubles_at(p->tie_values[0] + i), back = doubles_at(p->tie_values[1] + i);
        Doubles given = doubles_at(p->tie_values[2] + i), received = doubles_at(p->tie_values[3] + i);
        Doubles level = doubles_at(p->tie_values[4] + i);
        Doubles sum = given + received, apart = given - received, total = sum + constant;
        apart = (Doubles)((Counts)apart & INT64_MAX);
        Counts inside = level > zero, in_use = sum >= 0.5;
        Doubles excess = apart - tolerance * total;
        ties += inside, at_four += level == 4.0, used += in_use;
        mutual += inside & (trust > 0.55) & (back > 0.55);
        trust_sum += only(inside, trust), level_sum += level, uneven += apart, flow += sum;
        one_way += only(in_use & (excess > zero), excess / (total * width));
    }
    sums->ties += count_of(ties), sums->at_four += count_of(at_four), sums->used += count_of(used);
    sums->mutual += count_of(mutual), sums->trust += total_of(trust_sum), sums->level += total_of(level_sum);
    sums->uneven += total_of(uneven), sums->flow += total_of(flow), sums->one_way += total_of(one_way);
}

static void sum_teachers(const World *w, int32_t start, int32_t end, Sums *sums) {
    double fatigue = 0.0;
    for (int32_t teacher = start; teacher < end; teacher++) fatigue += w->fatigue[teacher];
    sums->fatigue += fatigue;
    for (int block = 0; block < PADDED; block += LANES) {
        Floats best = floats_at(sums->best + block);
        Doubles reach = {0};
        for (int32_t teacher = start; teacher < end; teacher++) {
            Floats within = floats_at(w->practice + (size_t)teacher * PADDED + block);
            best = larger(best, within);
            for (int32_t tie = w->first_tie[teacher]; tie < w->first_tie[teacher + 1]; tie++) {
                const float *theirs = w->practice + (size_t)w->partner[tie] * PADDED + block;
                within = larger(within, w->trust[tie] * floats_at(theirs));
            }
            reach += __builtin_convertvector(within, Doubles);
        }
        memcpy(sums->best + block, &best, sizeof best);
        sums->reach += total_of(reach) / AREAS;
    }
}

static double ratio(double part, double whole) { return whole > 0.0 ? part / whole : NAN; }

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double sum_of(const double *values, int64_t from, int64_t to) {
    double total = 0.0;
    for (int64_t i = from; i < to; i++) total += values[i];
    return total;
}

/* The outcomes that rest on schools: practice and its spread, attainment and its gap, who gives. */
static void measure_schools(const World *w, Sums *sums, double *row) {
    int64_t many = w->schools, fifth = (int64_t)((double)many / 5.0 + 0.5);
    fifth = fifth > 1 ? fifth : 1;
    double *means = malloc((size_t)many * 8), *results = malloc((size_t)many * 8), *given = malloc((size_t)many * 8);
    for (int64_t school = 0; school < many; school++) {
        int32_t first = w->first_teacher[school], last = w->first_teacher[school + 1];
        double part[PADDED] = {0}, practice = 0.0;
        for (int32_t teacher = first; teacher < last; teacher++)
            for (int k = 0; k < PADDED; k++) part[k] += w->practice[(size_t)teacher * PADDED + k];
        for (int k = 0; k < AREAS; k++) practice += part[k] / (double)AREAS;
        sums->practice += practice;
        means[school] = practice / (last - first), results[school] = w->attainment[school], given[school] = w->given[school];
    }
    double mean = sum_of(means, 0, many) / (double)many, square = 0.0, lowest = means[0];
    for (int64_t i = 0; i < many; i++) {
        square += (means[i] - mean) * (means[i] - mean);
        lowest = least(lowest, means[i]);
    }
    row[7] = lowest, row[8] = sqrt(square / (double)many), row[15] = sum_of(results, 0, many) / (double)many;
    qsort(results, (size_t)many, 8, ascending), qsort(given, (size_t)many, 8, ascending);
    row[16] = (sum_of(results, many - fifth, many) - sum_of(results, 0, fifth)) / (double)fifth;
    row[17] = ratio(sum_of(given, many - fifth, many), sum_of(given, 0, many));
    free(means), free(results), free(given);
}

/* The system's outcomes (MODEL 7), in the order of outcomes.py. */
static void measure(const World *w, Sums *sums, const Tally *tally, int initial, double *row) {
    double people = (double)w->teachers, given = 0.0, standing = 0.0, frontier = 0.0;
    for (int64_t school = 0; school < w->schools; school++) given += w->given[school];
    for (int64_t a = 0; a < w->alliances; a++) standing += w->alive[a];
    for (int k = 0; k < AREAS; k++) frontier += sums->best[k] / (double)AREAS;
    measure_schools(w, sums, row);
    double trust = ratio(sums->trust, sums->ties), evenness = 1.0 - ratio(sums->uneven, sums->flow);
    row[0] = given / people, row[1] = (double)tally->joint / people, row[2] = trust;
    row[3] = ratio(sums->head_trust, sums->heads), row[4] = ratio(sums->mutual, sums->ties), row[5] = evenness;
    row[6] = sums->practice / people, row[9] = frontier, row[10] = ratio(sums->level, sums->ties);
    row[11] = ratio((double)tally->refused, (double)tally->refused + given), row[12] = ratio((double)tally->betrayed, given);
    row[13] = ratio(sums->one_way, sums->used), row[14] = sums->fatigue / people, row[18] = standing;
    row[19] = trust * evenness, row[20] = sums->reach / people, row[21] = ratio((double)tally->uphill, given);
    row[22] = ratio(sums->at_four, sums->ties), row[23] = (double)tally->asked / people;
    row[24] = (double)tally->home / people, row[25] = (double)tally->home_joint / people;
    if (initial) row[0] = row[1] = row[23] = row[24] = row[25] = NAN;
}

#endif
