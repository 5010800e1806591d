/* One request: the level at which it is granted, transfer or joint development, outcome, trust, level and ledger. */

#ifndef ANSWERING_H
#define ANSWERING_H

#include "rules.h"

typedef struct {
    uint32_t tie; /* at home: the teacher who asks */
    uint32_t giver;
    int32_t occasion;
} Request;

enum { REFUSED, HONOURED, LET_DOWN, BETRAYED };

/* The highest level granted; 0 for a refusal. perf: a level is granted where 2U exceeds the logit of the random number,
   so that one logarithm serves all levels. */
static inline int granted_level(const World *w, const Term *t, const Request *request, uint64_t word, double credibility) {
    const Settings *s = t->s;
    uint32_t tie = request->tie, back = w->twin[tie], giver = w->partner[tie], asker = w->partner[back];
    double trust = w->trust[back], draw = in_unit(word);
    double rivals = rivalry(w, s, w->school[giver], w->school[asker]);
    double debts = weight_of_debt(s, w->owed[tie]), tired = tiredness(s, w->fatigue[giver]);
    int channel = request->occasion / SLOTS;
    if (channel == BROKERED) trust += 0.3 * credibility * (1.0 - trust);
    if (channel == OFFERED) draw *= logistic(2.0 * utility_of(t, 1, trust, rivals, debts, tired));
    double least_utility = 0.5 * log(draw / (1.0 - draw));
    int level = w->level[tie];
    while (level > 0 && utility_of(t, level, trust, rivals, debts, tired) <= least_utility) level--;
    return level;
}

static inline void coach(float *learns, const float *teaches, int area, double transfer) {
    double gap = (double)teaches[area] - (double)learns[area];
    if (gap > 0.0) learns[area] = (float)(learns[area] + transfer * gap);
}

static void develop_jointly(World *w, const Term *t, uint32_t asker, uint32_t giver, int occasion) {
    const Settings *s = t->s;
    float *mine = w->practice + (size_t)asker * PADDED, *theirs = w->practice + (size_t)giver * PADDED;
    int together = 0, own = 0, others = 0;
    double diversity = 0.0, most_both = -1.0, most_own = -1.0, most_other = -1.0;
    for (int k = 0; k < AREAS; k++) { /* perf: no branches, which could not be predicted */
        double a = mine[k], b = theirs[k], both = a + b;
        together = both > most_both ? k : together, most_both = most(both, most_both);
        own = a > most_own ? k : own, most_own = most(a, most_own);
        others = b > most_other ? k : others, most_other = most(b, most_other);
        diversity += fabs(a - b);
    }
    diversity /= (double)AREAS;
    double spark = exponential(t->joint_innovation, w->teacher_id[asker], w->teacher_id[giver], occasion);
    double best = most(mine[together], theirs[together]), share = s->transfer[3];
    double invented = best + s->jpd_step * spark * headroom(s, best) * least(1.0, diversity / 0.25);
    mine[together] = (float)(mine[together] + share * (invented - mine[together]));
    theirs[together] = (float)(theirs[together] + share * (invented - theirs[together]));
    coach(theirs, mine, own, share);
    coach(mine, theirs, others, share);
    w->load[asker] = (float)(w->load[asker] + s->cost[3]);
    w->load[giver] = (float)(w->load[giver] + s->cost[3]);
}

/* Whether the transfer is useful. */
static inline int transfer(World *w, const Term *t, uint32_t asker, uint32_t giver, int level) {
    const Settings *s = t->s;
    float *mine = w->practice + (size_t)asker * PADDED, *theirs = w->practice + (size_t)giver * PADDED;
    int area;
    double gap = widest_area(mine, theirs, &area), share = s->transfer[level - 1];
    mine[area] = (float)((double)mine[area] + share * gap);
    if (s->helper_gain > 0.0) {
        double lead = widest_area(theirs, mine, &area);
        theirs[area] = (float)((double)theirs[area] + s->helper_gain * share * lead);
    }
    w->load[giver] = (float)(w->load[giver] + s->cost[level - 1]);
    return gap > USEFUL;
}

static void refuse(World *w, const Term *t, uint32_t tie, uint32_t asker, uint32_t giver, int occasion) {
    w->trust[tie] = (float)((double)w->trust[tie] * (1.0 - t->s->refusal_loss));
    int level = w->level[tie];
    if (level == 1) return;
    double lost = uniform(t->demotion, w->teacher_id[asker], w->teacher_id[giver], occasion);
    set_levels(w, tie, lost < t->s->demotion ? level - 1 : level_borne(w, t->s, tie));
}

/* Apply the consequences of a request granted at a level; 0 is a refusal. */
static int answer(World *w, const Term *t, const Request *request, double credibility, int granted, Tally *tally) {
    const Settings *s = t->s;
    uint32_t tie = request->tie, back = w->twin[tie], giver = w->partner[tie], asker = w->partner[back];
    int occasion = request->occasion;
    if (granted == 0) {
        refuse(w, t, tie, asker, giver, occasion);
        tally->refused++;
        return REFUSED;
    }
    uint32_t givers_school = w->school[giver], askers_school = w->school[asker];
    int level = w->level[tie], joint = s->jpd != 0.0 && granted == 4, useful = 1;
    double owed = w->owed[tie], obliged = s->reciprocity != 0.0 && owed > 0.0 ? felt(s, owed) : 0.0;
    if (joint)
        develop_jointly(w, t, asker, giver, occasion);
    else
        useful = transfer(w, t, asker, giver, granted);
    double betrayal = chance_of_betrayal(s, w->trust[tie], rivalry(w, s, askers_school, givers_school));
    double draw = uniform(t->outcome, w->teacher_id[asker], w->teacher_id[giver], occasion);
    int ending = draw < betrayal ? BETRAYED : draw < betrayal + s->misfortune ? LET_DOWN : HONOURED;
    double stake = s->stake[granted - 1], givers = w->trust[back], askers = w->trust[tie];
    givers = (float)(ending == HONOURED ? kept(givers, s->gain, stake) : broken(s, givers, stake, s->mediation * credibility));
    if (useful) askers = (float)(askers + least(1.0, s->gain * stake * (1.0 + s->gratitude * obliged)) * (1.0 - askers));
    float given = w->help[back] + 1.0f, received = w->help[tie] + (joint ? 1.0f : 0.0f);
    w->help[back] = given;
    w->help[tie] = received;
    if (!joint) {
        w->owed[back] += 1.0f;
        w->owed[tie] -= 1.0f;
    }
    double left = 1.0 - s->one_way_loss * one_wayness(s, given, received);
    w->trust[tie] = (float)(askers * left);
    w->trust[back] = (float)(givers * left);
    int reached = level > 1 ? level - 1 : 1;
    if (ending == HONOURED) {
        double lower = least(w->trust[tie], w->trust[back]);
        reached = granted == level && level < 4 && lower >= s->gate[level] ? level + 1 : level;
    }
    set_levels(w, tie, reached == level ? level_borne(w, s, tie) : reached);
    w->given[givers_school]++;
    tally->joint += joint;
    tally->betrayed += ending == BETRAYED;
    tally->uphill += w->attainment[givers_school] < w->attainment[askers_school];
    return ending;
}

#endif
