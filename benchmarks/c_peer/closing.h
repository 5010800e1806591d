/* The end of a half-term: practice depreciates, teachers invent alone, fatigue, debts and levels decay; then outcomes.
   perf: outcomes are summed alliance by alliance as its ties decay, while they are in the cache. Ties of later alliances
   have not decayed then, and their counts are faded as they are read. */

#ifndef CLOSING_H
#define CLOSING_H

#include "workspace.h"

typedef struct {
    double ties, trust, mutual, level, at_four, uneven, flow, used, one_way, heads, head_trust;
    double practice, reach, fatigue, best[PADDED];
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

/* perf: sums are kept in LANES parts, so that compilers add several ties at once. */
static void sum_ties(const World *w, const Settings *s, uint32_t start, uint32_t end, int undecayed, Sums *sums, Workspace *p) {
    int32_t begin = w->first_tie[start], after = w->first_tie[end], many = after - begin;
    const float *restrict trusts = w->trust + begin, *restrict help = w->help + begin;
    const uint32_t *restrict twins = w->twin + begin;
    const int8_t *restrict levels = w->level + begin;
    double *restrict received = p->weights, *restrict inside = p->rivals, *restrict backs = p->expected;
    for (int32_t i = 0; i < many; i++) {
        int within = twins[i] - (uint32_t)begin < (uint32_t)many;
        inside[i] = within;
        received[i] = w->help[twins[i]];
        backs[i] = within ? trusts[twins[i] - (uint32_t)begin] : 0.0f;
    }
    if (undecayed)
        for (int32_t i = 0; i < many; i++)
            if (twins[i] >= (uint32_t)after) received[i] = faded((float)received[i], s->decay);
    double part[8][LANES] = {{0}}, constant = s->one_way_constant, tolerance = s->one_way_tolerance;
    double width = most(1.0 - tolerance, 1e-9), rest[8] = {0};
    for (int32_t from = 0; from < many; from += LANES) {
        int32_t lanes = many - from < LANES ? many - from : LANES;
        double trust[LANES] = {0}, within[LANES] = {0}, level[LANES] = {0}, given[LANES] = {0}, got[LANES] = {0}, back[LANES] = {0};
        for (int l = 0; l < lanes; l++) {
            trust[l] = trusts[from + l], within[l] = inside[from + l], level[l] = levels[from + l];
            given[l] = help[from + l], got[l] = received[from + l], back[l] = backs[from + l];
        }
        for (int l = 0; l < LANES; l++) {
            double sum = given[l] + got[l], apart = fabs(given[l] - got[l]), total = sum + constant;
            double used = sum >= 0.5 ? 1.0 : 0.0;
            part[0][l] += within[l];
            part[1][l] += within[l] * trust[l];
            part[2][l] += within[l] * level[l];
            part[3][l] += level[l] == 4.0 ? within[l] : 0.0;
            part[4][l] += (trust[l] > (double)0.55) & (back[l] > (double)0.55) ? within[l] : 0.0;
            part[5][l] += apart, part[6][l] += sum;
            part[7][l] += used;
            rest[l] += used * most(0.0, apart - tolerance * total) / (total * width);
        }
    }
    double added[9] = {0};
    for (int l = 0; l < LANES; l++) {
        for (int k = 0; k < 8; k++) added[k] += part[k][l];
        added[8] += rest[l];
    }
    sums->ties += added[0], sums->trust += added[1], sums->level += added[2], sums->at_four += added[3];
    sums->mutual += added[4], sums->uneven += added[5], sums->flow += added[6], sums->used += added[7];
    sums->one_way += added[8];
}

static void sum_teachers(const World *w, int32_t start, int32_t end, Sums *sums) {
    double reach = 0.0, fatigue = 0.0;
    float best[PADDED];
    for (int k = 0; k < PADDED; k++) best[k] = (float)sums->best[k];
    for (int32_t teacher = start; teacher < end; teacher++) {
        const float *own = w->practice + (size_t)teacher * PADDED;
        float within[PADDED], total = 0.0f;
        memcpy(within, own, sizeof within);
        for (int k = 0; k < PADDED; k++) best[k] = own[k] > best[k] ? own[k] : best[k];
        for (int32_t tie = w->first_tie[teacher]; tie < w->first_tie[teacher + 1]; tie++) {
            const float *theirs = w->practice + (size_t)w->partner[tie] * PADDED;
            float trust = w->trust[tie];
            for (int k = 0; k < PADDED; k++) within[k] = trust * theirs[k] > within[k] ? trust * theirs[k] : within[k];
        }
        for (int k = 0; k < AREAS; k++) total += within[k];
        reach += total;
        fatigue += w->fatigue[teacher];
    }
    for (int k = 0; k < PADDED; k++) sums->best[k] = best[k];
    sums->reach += reach / AREAS, sums->fatigue += fatigue;
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
