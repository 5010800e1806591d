/* Once a year: attainment, places in local tables, and the drift of intakes. */

#ifndef YEAR_END_H
#define YEAR_END_H

#include "state.h"

typedef struct {
    float east;
    int32_t school;
} Place;

static int from_west_to_east(const void *a, const void *b) {
    const Place *x = a, *y = b;
    return x->east != y->east ? (x->east > y->east) - (x->east < y->east) : (x->school > y->school) - (x->school < y->school);
}

static void publish_results(World *w, const Settings *s, uint64_t seed, int half_term) {
    uint64_t stream = stream_of(seed, RESULTS_DAY, (uint64_t)half_term);
    for (int64_t school = 0; school < w->schools; school++) {
        int32_t first = w->first_teacher[school], last = w->first_teacher[school + 1];
        double practice = 0.0, cohort = most(1.0, w->pupils[school] / 7.0);
        for (size_t i = (size_t)first * PADDED; i < (size_t)last * PADDED; i++) practice += w->practice[i];
        practice /= (double)((last - first) * AREAS);
        double radius = sqrt(2.0 * exponential(stream, w->school_id[school], 0, 0));
        double turn = cos(2.0 * M_PI * uniform(stream, w->school_id[school], 0, 128));
        double noise = sqrt(s->cohort_sd * s->cohort_sd + s->pupil_sd * s->pupil_sd / cohort) * radius * turn;
        double gained = (practice - *w->initial_practice) * sqrt((double)AREAS) / s->practice_sd;
        w->attainment[school] = (float)(w->intake[school] + s->effect * gained + noise);
    }
}

static int does_better(const World *w, int64_t other, int64_t school) {
    float theirs = w->attainment[other], own = w->attainment[school];
    return theirs > own || (theirs == own && other < school);
}

/* Count the schools within reach, and those of them that do better. */
static void compare_in_reach(const World *w, const Settings *s, const Place *eastward, int64_t many, int64_t at,
                             int64_t *better, int64_t *compared) {
    int64_t school = eastward[at].school;
    for (int64_t way = -1; way <= 1; way += 2)
        for (int64_t place = at + way; place >= 0 && place < many; place += way) {
            int64_t other = eastward[place].school;
            float east = w->east[other] - w->east[school], north = w->north[other] - w->north[school];
            if (fabs(east) > s->reach) break;
            if (east * east + north * north > s->reach * s->reach) continue;
            *compared += 1;
            *better += does_better(w, other, school);
        }
}

static void place_schools(World *w, const Settings *s) {
    Place *eastward = malloc((size_t)w->schools * sizeof *eastward);
    int64_t *better = calloc((size_t)w->schools, 8), *compared = calloc((size_t)w->schools, 8), many = 0;
    for (int64_t school = 0; school < w->schools; school++)
        if (!isnan(w->east[school])) eastward[many++] = (Place){w->east[school], (int32_t)school};
    qsort(eastward, (size_t)many, sizeof *eastward, from_west_to_east);
    for (int64_t at = 0; at < many; at++) {
        int64_t school = eastward[at].school;
        compare_in_reach(w, s, eastward, many, at, better + school, compared + school);
    }
    for (int64_t school = 0; school < w->schools; school++) {
        if (compared[school] == 0) {
            int32_t alliance = w->alliance[school], first = w->first_school[alliance], last = w->first_school[alliance + 1];
            compared[school] = last - first - 1;
            for (int64_t other = first; other < last; other++) better[school] += does_better(w, other, school);
        }
        w->rank[school] = compared[school] > 0 ? (float)((double)better[school] / (double)compared[school]) : 0.0f;
    }
    free(eastward), free(better), free(compared);
}

static void year_end(World *w, const Settings *s, uint64_t seed, int half_term) {
    publish_results(w, s, seed, half_term);
    place_schools(w, s);
    for (int64_t school = 0; school < w->schools; school++)
        w->intake[school] = (float)(w->intake[school] + s->intake_drift * s->competition * (1.0 - 2.0 * w->rank[school]));
}

#endif
