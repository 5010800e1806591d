/* The system's outcomes at the end of a half-term (MODEL 7), in the order of outcomes.py. */

#include "world.h"

#define FINE 4294967296.0

typedef struct {
    double ties, trust, mutual, level, at_four, uneven, flow, used, one_way, practice, reach, fatigue, heads, head_trust;
    double teachers, given, developed, refused, betrayed, uphill;
} Sums;

static double ratio(double part, double whole) { return whole > 0.0 ? part / whole : NAN; }
static int64_t in_fine(double fraction) { return (int64_t)(fraction * FINE); }

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double sum_of(const double *values, int64_t from, int64_t to) {
    double total = 0.0;
    for (int64_t i = from; i < to; i++) total += values[i];
    return total;
}

static void sum_ties(const World *w, const Settings *s, int64_t school, uint32_t start, uint32_t end, Sums *sums) {
    int32_t first = w->first_tie[w->first_teacher[school]], last = w->first_tie[w->first_teacher[school + 1]];
    const float *restrict trusts = w->trust, *restrict help = w->help;
    const uint32_t *restrict partner = w->partner, *restrict twin = w->twin;
    const int8_t *restrict levels = w->level;
    const double tolerance = s->one_way_tolerance, width = most(1.0 - tolerance, 1e-9);
    int64_t many = 0, trust = 0, level = 0, mutual = 0, at_four = 0, uneven = 0, flow = 0, used = 0, one_way = 0;
    for (int32_t tie = first; tie < last; tie++) { /* no branches: compilers take several ties at once */
        int64_t inside = partner[tie] - start < end - start;
        many += inside;
        trust += inside * in_fine(trusts[tie]);
        level += inside * levels[tie];
        at_four += inside & (levels[tie] == 4);
    }
    for (int32_t tie = first; tie < last; tie++) {
        int inside = partner[tie] - start < end - start;
        uint32_t back = inside ? twin[tie] : (uint32_t)tie;
        mutual += inside & (trusts[tie] > 0.55) & (trusts[back] > 0.55);
    }
    for (int32_t tie = first; tie < last; tie++) {
        double given = help[tie], received = help[twin[tie]], sum = given + received, apart = fabs(given - received);
        double total = sum + 3.0, corroded = most(0.0, apart - tolerance * total) / (total * width);
        int64_t in_use = sum >= 0.5;
        uneven += in_fine(apart);
        flow += in_fine(sum);
        used += in_use;
        one_way += in_use * in_fine(corroded);
    }
    sums->ties += (double)many, sums->trust += (double)trust / FINE, sums->level += (double)level;
    sums->mutual += (double)mutual, sums->at_four += (double)at_four, sums->uneven += (double)uneven / FINE;
    sums->flow += (double)flow / FINE, sums->used += (double)used, sums->one_way += (double)one_way / FINE;
}

static double trusted_reach(const World *w, int32_t teacher, float *within) {
    memcpy(within, w->practice + teacher * AREAS, (size_t)AREAS * sizeof(float));
    for (int32_t tie = w->first_tie[teacher]; tie < w->first_tie[teacher + 1]; tie++) {
        const float *theirs = w->practice + w->partner[tie] * AREAS;
        float trust = w->trust[tie];
        for (int k = 0; k < AREAS; k++) {
            float reached = trust * theirs[k];
            within[k] = reached > within[k] ? reached : within[k];
        }
    }
    double total = 0.0;
    for (int k = 0; k < AREAS; k++) total += within[k];
    return total;
}

void measure(const World *w, const Settings *s, int initial, double *row) {
    Sums t = {0};
    int64_t many = w->schools, areas = AREAS, standing = 0, fifth = (int64_t)((double)many / 5.0 + 0.5);
    fifth = fifth > 1 ? fifth : 1;
    double *means = malloc((size_t)many * 8), *results = malloc((size_t)many * 8), *given = malloc((size_t)many * 8);
    double *best = calloc((size_t)areas, 8);
    float *within = malloc((size_t)areas * sizeof(float));
    double attainment = 0.0;
    for (int64_t a = 0; a < w->alliances; a++) {
        int32_t begin = w->first_school[a], after = w->first_school[a + 1];
        const float *heads = w->head_trust + w->first_head_tie[a];
        standing += w->alive[a];
        send_for_beyond(w, a + 1, 1);
        for (int32_t school = begin; school < after; school++) {
            int32_t first = w->first_teacher[school], last = w->first_teacher[school + 1];
            sum_ties(w, s, school, (uint32_t)w->first_teacher[begin], (uint32_t)w->first_teacher[after], &t);
            double head_trust = 0.0, practice = 0.0, reach = 0.0, fatigue = 0.0;
            for (int32_t other = begin; other < after; other++)
                if (other != school) head_trust += heads[(school - begin) * (after - begin) + other - begin];
            for (int k = 0; k < areas; k++) {
                double total = 0.0;
                for (int32_t teacher = first; teacher < last; teacher++) {
                    double own = w->practice[teacher * areas + k];
                    total += own;
                    best[k] = own > best[k] ? own : best[k];
                }
                practice += total / (double)areas;
            }
            for (int32_t teacher = first; teacher < last; teacher++) {
                reach += trusted_reach(w, teacher, within);
                fatigue += w->fatigue[teacher];
            }
            t.heads += after - begin - 1, t.head_trust += head_trust, t.practice += practice, t.fatigue += fatigue;
            t.reach += reach / (double)areas, t.teachers += last - first;
            t.given += w->given[school], t.developed += w->developed[school], t.refused += w->refused[school];
            t.betrayed += w->betrayed[school], t.uphill += w->uphill[school];
            means[school] = practice / (last - first), results[school] = w->attainment[school];
            given[school] = w->given[school];
            attainment += w->attainment[school];
        }
    }
    double mean = sum_of(means, 0, many) / (double)many, square = 0.0, lowest = means[0], frontier = 0.0;
    for (int64_t i = 0; i < many; i++) {
        square += (means[i] - mean) * (means[i] - mean);
        lowest = least(lowest, means[i]);
    }
    for (int k = 0; k < areas; k++) frontier += best[k] / (double)areas;
    qsort(results, (size_t)many, 8, ascending), qsort(given, (size_t)many, 8, ascending);
    double trust = ratio(t.trust, t.ties), evenness = 1.0 - ratio(t.uneven, t.flow), people = t.teachers;
    double found[23] = {
        initial ? NAN : t.given / people, initial ? NAN : t.developed / people, trust, ratio(t.head_trust, t.heads),
        ratio(t.mutual, t.ties), evenness, t.practice / people, lowest, sqrt(square / (double)many), frontier,
        ratio(t.level, t.ties), ratio(t.refused, t.refused + t.given), ratio(t.betrayed, t.given),
        ratio(t.one_way, t.used), t.fatigue / people, attainment / (double)many,
        sum_of(results, many - fifth, many) / (double)fifth - sum_of(results, 0, fifth) / (double)fifth,
        ratio(sum_of(given, many - fifth, many), sum_of(given, 0, many)), (double)standing, trust * evenness,
        t.reach / people, ratio(t.uphill, t.given), ratio(t.at_four, t.ties),
    };
    memcpy(row, found, sizeof found);
    free(means), free(results), free(given), free(best), free(within);
}
