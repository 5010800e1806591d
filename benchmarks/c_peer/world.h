/* The columns of the engine's World, the parameters, and the keyed random numbers.
   perf: AREAS, the number of areas of practice, is a compile-time constant, so that loops over areas are unrolled. */

#ifndef WORLD_H
#define WORLD_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int64_t alliances, schools, teachers, ties, areas, contacts;
    double *opening_practice;
    int32_t *first_school;
    int64_t *first_head_tie;
    uint32_t *school_id;
    int32_t *first_teacher;
    float *intake, *attainment, *rank;
    int32_t *given, *developed, *refused, *betrayed, *uphill;
    float *head_trust;
    int32_t *ties_between;
    uint32_t *teacher_id, *school;
    uint8_t *years;
    float *practice, *fatigue, *load;
    int32_t *asks, *first_tie, *first_outside;
    uint32_t *partner, *twin;
    float *trust, *owed, *help;
    int8_t *level;
    uint8_t *alive, *present;
    int32_t *capacity;
    float *credibility, *strain;
    int32_t *brokered;
} World;

/* In the order in which __init__.py passes them. */
typedef struct {
    double competition, funding, secrecy, porosity;
    double initial, gain, loss_ratio, help_value, loss_weight, rivalry_weight, additive, effort_weight;
    double head_meeting, head_readiness, heads_hear_staff, staff_follow_heads;
    double gate[4], stake[4], cost[4], transfer[4], hysteresis, demotion, effort_capacity;
    double base_need, competition_need, loyalty, refusal_loss;
    double betrayal, betrayal_rivalry, misfortune;
    double reciprocity, obligation_weight, grievance_weight, half_saturation, return_rate, gratitude, decay;
    double one_way_loss, one_way_tolerance;
    double mediation;
    double jpd, jpd_step, ceiling, depreciation, solo_rate;
    double fatigue_weight, fatigue_rate;
    double effect, noise_sd, practice_sd;
} Settings;

enum { RESULTS_DAY = 9, HEADS_MEET, HEAD_GRANTS, HEAD_OUTCOME };
enum { SEEKS_HELP = 20, CHOOSES_PARTNER, BROKERS, OFFERS_BACK, ORDER };
enum { GRANTS = 30, OUTCOME, DEMOTION, JOINT_INNOVATION };
enum { SOLO_CHANCE = 40, SOLO_AREA, SOLO_STEP };
enum { OWN_CONTACT, BROKERED, OFFERED, SLOTS = 32 };
enum { REFUSED, HONOURED, LET_DOWN, BETRAYED, JOINT };

#define GOLDEN 0x9E3779B97F4A7C15ull
#define SECOND 0x94D049BB133111EBull
#define USEFUL 0.05

static inline uint64_t mixed(uint64_t word) {
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9ull;
    word = (word ^ (word >> 27)) * SECOND;
    return word ^ (word >> 31);
}

static inline uint64_t hashed(uint64_t seed, uint64_t purpose, uint64_t half_term, uint64_t first, uint64_t second,
                              uint64_t slot) {
    uint64_t stream = mixed(seed + (purpose << 32 | half_term) * GOLDEN);
    return mixed(stream + (first << 32 | second) * GOLDEN + slot * SECOND);
}

static inline double in_unit(uint64_t word) { return (double)(word >> 11) * 0x1p-53; }

static inline double uniform(uint64_t seed, int purpose, int half_term, uint32_t first, uint32_t second, int slot) {
    return in_unit(hashed(seed, purpose, half_term, first, second, slot));
}

static inline double exponential(uint64_t seed, int purpose, int half_term, uint32_t first, uint32_t second, int slot) {
    return -log1p(-uniform(seed, purpose, half_term, first, second, slot));
}

static inline double least(double a, double b) { return a < b ? a : b; }
static inline double most(double a, double b) { return a > b ? a : b; }

/* How far help on a tie is all one way (C29). */
static inline double one_wayness(double given, double received, double tolerance) {
    double flow = given + received + 3.0;
    double excess = most(0.0, fabs(given - received) - tolerance * flow);
    return excess / (flow * most(1.0 - tolerance, 1e-9));
}

/* perf: prefetch the partners of an alliance's external ties, whose rows are far away in memory. */
static inline void send_for_beyond(const World *w, int64_t alliance, int twins) {
    if (alliance >= w->alliances) return;
    int32_t start = w->first_teacher[w->first_school[alliance]], end = w->first_teacher[w->first_school[alliance + 1]];
    for (int32_t teacher = start; teacher < end; teacher++)
        for (int32_t tie = w->first_outside[teacher]; tie < w->first_tie[teacher + 1]; tie++) {
            __builtin_prefetch(w->practice + w->partner[tie] * AREAS);
            if (twins) __builtin_prefetch(w->help + w->twin[tie]);
        }
}

void measure(const World *w, const Settings *s, int initial, double *row);

#endif
