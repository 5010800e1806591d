/* The columns of a simulation, the parameters, and the keyed random numbers.
   perf: AREAS, the number of areas of practice, is a compile-time constant, so that loops over areas are unrolled. A
   teacher's practice takes PADDED floats, a whole number of vector registers; those beyond AREAS stay 0. */

#ifndef STATE_H
#define STATE_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __AVX__
#include <immintrin.h>
#endif

#define LANES 8
#define PADDED ((AREAS + LANES - 1) / LANES * LANES)

/* In the order in which __init__.py passes them. */
typedef struct {
    int64_t alliances, schools, teachers, ties, contacts;
    double *initial_practice;
    int32_t *first_school;
    int64_t *first_head_tie;
    uint8_t *alive;
    uint32_t *school_id;
    int32_t *alliance, *first_teacher, *pupils;
    float *east, *north, *intake, *attainment, *rank;
    float *head_trust;
    int32_t *ties_between;
    uint32_t *teacher_id, *school;
    float *fatigue, *load;
    int32_t *first_tie, *first_outside;
    uint32_t *partner, *twin;
    float *trust, *owed, *help;
    int8_t *level;
    uint8_t *present;
    int32_t *capacity;
    float *credibility, *strain;
    int32_t *brokered;
    float *practice, *before; /* before: practice when teachers decided */
    int32_t *given;
} World;

/* In the order in which __init__.py passes them. */
typedef struct {
    double competition, funding, secrecy, porosity;
    double initial, gain, loss_ratio, help_value, loss_weight, rivalry_weight, additive, rivalry_across, effort_weight;
    double head_meeting, head_readiness, heads_hear_staff, staff_follow_heads;
    double gate[4], stake[4], cost[4], transfer[4], hysteresis, demotion, effort_capacity;
    double base_need, competition_need, loyalty, refusal_loss;
    double betrayal, betrayal_rivalry, misfortune;
    double reciprocity, obligation_weight, grievance_weight, half_saturation, return_rate, gratitude, decay;
    double one_way_loss, one_way_tolerance, one_way_constant;
    double mediation;
    double jpd, jpd_step, ceiling, depreciation, solo_rate, solo_step, helper_gain;
    double fatigue_weight, fatigue_rate;
    double effect, cohort_sd, pupil_sd, practice_sd, reach, intake_drift;
    double home, colleagues, home_trust, home_jpd;
} Settings;

/* What one half-term counts in the whole system. */
typedef struct {
    int64_t asked, refused, betrayed, joint, uphill, home, home_joint;
} Tally;

enum { RESULTS_DAY = 9, HEADS_MEET, HEAD_GRANTS, HEAD_OUTCOME };
enum { SEEKS_HELP = 20, CHOOSES_PARTNER, BROKERS, OFFERS_BACK, ORDER, ASKS, HOME_JOINT };
enum { GRANTS = 30, OUTCOME, DEMOTION, JOINT_INNOVATION };
enum { SOLO_CHANCE = 40, SOLO_AREA, SOLO_STEP };
enum { OWN_CONTACT, BROKERED, OFFERED, AT_HOME = 4, SLOTS = 32 };

#define GOLDEN 0x9E3779B97F4A7C15ull
#define SECOND 0x94D049BB133111EBull
#define USEFUL 0.05

static inline uint64_t mixed(uint64_t word) {
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9ull;
    word = (word ^ (word >> 27)) * SECOND;
    return word ^ (word >> 31);
}

/* The stream of a purpose and half-term; a loop computes it once. */
static inline uint64_t stream_of(uint64_t seed, uint64_t purpose, uint64_t half_term) {
    return mixed(seed + (purpose << 32 | half_term) * GOLDEN);
}

static inline uint64_t pair_of(uint32_t first, uint32_t second) { return (uint64_t)first << 32 | second; }
static inline uint64_t drawn(uint64_t stream, uint64_t pair, uint64_t slot) {
    return mixed(stream + pair * GOLDEN + slot * SECOND);
}

static inline double in_unit(uint64_t word) { return (double)(word >> 11) * 0x1p-53; }

/* The least 53-bit number that is not below a chance: in_unit(word) < chance is word >> 11 < bound. */
static inline uint64_t bound_of(double chance) { return chance <= 0.0 ? 0 : (uint64_t)ceil(chance * 0x1p53); }

static inline double uniform(uint64_t stream, uint32_t first, uint32_t second, int slot) {
    return in_unit(drawn(stream, pair_of(first, second), (uint64_t)slot));
}

static inline double exponential(uint64_t stream, uint32_t first, uint32_t second, int slot) {
    return -log1p(-uniform(stream, first, second, slot));
}

/* A register of practice. */
typedef float Floats __attribute__((vector_size(LANES * 4)));
typedef int32_t Ints __attribute__((vector_size(LANES * 4)));

static inline Floats floats_at(const float *from) {
    Floats values;
    memcpy(&values, from, sizeof values);
    return values;
}

static inline Floats larger(Floats a, Floats b) {
#ifdef __AVX__
    return (Floats)_mm256_max_ps((__m256)a, (__m256)b);
#else
    Ints first = a > b;
    return (Floats)((first & (Ints)a) | (~first & (Ints)b));
#endif
}

static inline float largest_of(Floats values) {
    values = larger(values, __builtin_shuffle(values, (Ints){4, 5, 6, 7, 0, 1, 2, 3}));
    values = larger(values, __builtin_shuffle(values, (Ints){2, 3, 0, 1, 6, 7, 4, 5}));
    return values[0] > values[1] ? values[0] : values[1];
}

static inline double least(double a, double b) { return a < b ? a : b; }
static inline double most(double a, double b) { return a > b ? a : b; }

#endif
