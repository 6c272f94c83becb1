/*
 * A sweep, local-first or broadcast on an empty or partly private host, as a C programmer would write it: what the product's loop is
 * measured against, and a third account of what it should come to (docs/model.md). Costs are random unless their spread and the chance of
 * slow ones are 0; then nothing is drawn.
 *
 * Reads the host and the costs from stdin, a name and a number to a line, then one line per region; c-loop.ts writes
 * them. Prints, a name and a number to a line, what the sweep came to in picoseconds and how long each execution took.
 */
#define _POSIX_C_SOURCE 199309L
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FACTORS = 4096, FACTOR_SHIFT = 20, SLOW_MASK = (1 << FACTOR_SHIFT) - 1 };
enum { INSTRUCTION = 10, SLOW_INSTRUCTION = 11, SLOW_TIME = 12, SENDING = 13 };
enum { SHARED_NONE, SHARED_L3, SHARED_MACHINE };
#define NEVER INT64_MAX

typedef struct {
    int64_t fixed, hit, warm, service;
} costs_t;

typedef struct {
    int entries, assigned, socket;
} region_t;

static struct {
    double sockets, groupsPerSocket, coresPerGroup, threadsPerCore, cpus, regions, repeats;
    double seed, run, sweep;
    double fixedNs, hitNs, localNs, remoteNs, warmNs, serviceNs, groupServiceNs;
    double baseNs, perTargetNs, burstNs, condReschedNs, clockReadNs;
    double allEntries, resultShared, failureShared, rotate, broadcast;
    double sigma, tailProbability, tailNs;
} in;

static const struct {
    const char *name;
    double *value;
} NAMES[] = {
#define NAME(field) {#field, &in.field}
    NAME(sockets), NAME(groupsPerSocket), NAME(coresPerGroup), NAME(threadsPerCore), NAME(cpus), NAME(regions),
    NAME(repeats), NAME(seed), NAME(run), NAME(sweep), NAME(fixedNs), NAME(hitNs), NAME(localNs), NAME(remoteNs),
    NAME(warmNs), NAME(serviceNs), NAME(groupServiceNs), NAME(baseNs), NAME(perTargetNs), NAME(burstNs),
    NAME(condReschedNs), NAME(clockReadNs), NAME(allEntries), NAME(resultShared), NAME(failureShared), NAME(rotate),
    NAME(broadcast), NAME(sigma), NAME(tailProbability), NAME(tailNs),
};

static double factors[FACTORS];
static costs_t costs[FACTORS];
static uint32_t slow_limit;

/* MurmurHash3, 32 bit. */
static uint32_t rotl(uint32_t word, int by) { return (word << by) | (word >> (32 - by)); }
static uint32_t scramble(uint32_t word) { return rotl(word * 0xcc9e2d51u, 15) * 0x1b873593u; }
static uint32_t absorb(uint32_t hash, uint32_t scrambled) { return rotl(hash ^ scrambled, 13) * 5 + 0xe6546b64u; }

static uint32_t finish(uint32_t hash)
{
    hash ^= 4 * 5;
    hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
    hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
    return hash ^ (hash >> 16);
}

static uint32_t sweep_key(uint32_t purpose)
{
    uint32_t hash = absorb((uint32_t)in.seed, scramble(purpose));
    hash = absorb(hash, scramble((uint32_t)in.run));
    return absorb(hash, scramble((uint32_t)in.sweep));
}

static uint32_t draw(uint32_t purpose, uint32_t region, uint32_t cpu)
{
    return finish(absorb(absorb(sweep_key(purpose), scramble(region)), scramble(cpu)));
}

static int64_t picoseconds(double ns) { return (int64_t)floor(ns * 1000 + 0.5); }

/* The z below which a share of a standard normal distribution lies: by halving, on the error function. */
static double normal_quantile(double share)
{
    double low = -8, high = 8;
    for (int i = 0; i < 200; i++) {
        double middle = (low + high) / 2;
        if (0.5 * erfc(-middle / sqrt(2)) < share)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

static void make_tables(void)
{
    double sum = 0;
    for (int i = 0; i < FACTORS; i++) {
        factors[i] = exp(in.sigma * normal_quantile((i + 0.5) / FACTORS));
        sum += factors[i];
    }
    for (int i = 0; i < FACTORS; i++) {
        double f = factors[i] /= sum / FACTORS;
        costs[i] = (costs_t){picoseconds(f * in.fixedNs), picoseconds(f * in.hitNs), picoseconds(f * in.warmNs),
                             picoseconds(f * in.serviceNs)};
    }
    slow_limit = (uint32_t)(in.tailProbability * (1 << FACTOR_SHIFT));
}

static int64_t extra(uint32_t bits, int region, int cpu)
{
    double share = (double)(bits & SLOW_MASK) * 4294967296.0 + draw(SLOW_INSTRUCTION, region, cpu);
    if (share >= in.tailProbability * 4503599627370496.0)
        return 0;
    return picoseconds(-log((draw(SLOW_TIME, region, cpu) + 0.5) / 4294967296.0) * in.tailNs);
}

/* What a CPU did, over all regions. */
typedef struct {
    int64_t busy, longest, shortest;
    uint32_t instructions, optimized;
} account_t;

/* A region while CPUs issue RMPOPT on it; what is visible or fetched goes on from round to round. */
typedef struct {
    int64_t *clean_from, *failed_from, *fetch_end;
} results_t;

typedef struct {
    int count, *cpu, *core, *group;
    uint32_t *scrambled;
    int has_siblings;
    account_t *account;
} mask_t;

static int64_t *served_end;
static int64_t sending_ps, executing_ps, queued_ps;

static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

/* One round: returns when its last CPU is done, after its start. */
static int64_t execute_round(const mask_t *mask, const region_t *region, int number, results_t results, int64_t first,
                             int64_t step, int turned)
{
    uint32_t key = absorb(sweep_key(INSTRUCTION), scramble(number));
    int entries = region->entries, shared = (int)in.resultShared, fails_shared = in.failureShared != 0;
    int groups_per_socket = (int)in.groupsPerSocket, draws = in.sigma > 0 || in.tailProbability > 0;
    int64_t result_free = 0, fetch_free = 0, last_end = -1, last_issue = 0, last_work = 0;
    if (mask->has_siblings)
        memset(served_end, 0xff, sizeof *served_end * (size_t)(in.sockets * in.groupsPerSocket * in.coresPerGroup));
    int at = step > 0 ? 0 : turned;
    for (int place = 0; place < mask->count; place++) {
        uint32_t bits = draws ? finish(absorb(key, mask->scrambled[at])) : SLOW_MASK;
        const costs_t *cost = &costs[bits >> FACTOR_SHIFT];
        int64_t issue = first + at * step, work = cost->fixed;
        if ((bits & SLOW_MASK) <= slow_limit)
            work += extra(bits, number, mask->cpu[at]);
        int64_t end = issue + work;
        int group = mask->group[at], scope = shared == SHARED_L3 ? group : 0, leaves = shared != SHARED_NONE;
        int succeeds = !region->assigned;
        if (results.clean_from[scope] <= issue || results.failed_from[scope] <= issue) {
            succeeds = results.clean_from[scope] <= issue;
            leaves = 0;
            work += cost->hit;
            end += cost->hit;
        } else if (entries > 0 && results.fetch_end[group] == NEVER) {
            double factor = factors[bits >> FACTOR_SHIFT];
            int is_local = group / groups_per_socket == region->socket;
            int64_t scan = entries * picoseconds(factor * (is_local ? in.localNs : in.remoteNs));
            int64_t start = later(end, fetch_free);
            fetch_free = start + picoseconds(factor * in.groupServiceNs * entries / in.allEntries);
            results.fetch_end[group] = end = start + scan;
            work += scan;
        } else if (entries > 0) {
            work += entries * cost->warm;
            end = later(end + entries * cost->warm, results.fetch_end[group]);
        }
        if (succeeds) {
            int core = mask->core[at];
            if (mask->has_siblings && served_end[core] >= 0) {
                end = later(end, served_end[core]);
            } else {
                work += cost->service;
                end = result_free = later(end, result_free) + cost->service;
                if (mask->has_siblings)
                    served_end[core] = end;
            }
        }
        int64_t *visible = leaves && succeeds ? results.clean_from : leaves && fails_shared ? results.failed_from : NULL;
        if (visible && end < visible[scope])
            visible[scope] = end;
        account_t *account = &mask->account[at];
        int64_t spent = end - issue;
        account->instructions++;
        account->optimized += succeeds;
        account->busy += spent;
        if (spent > account->longest)
            account->longest = spent;
        if (spent < account->shortest)
            account->shortest = spent;
        if (end > last_end) {
            last_end = end;
            last_issue = issue;
            last_work = work;
        }
        at = at + 1 == mask->count ? 0 : at + 1;
    }
    sending_ps += last_issue;
    executing_ps += last_work;
    queued_ps += last_end - last_issue - last_work;
    return last_end;
}

static mask_t make_mask(int first, int count)
{
    int cores = (int)(in.sockets * in.groupsPerSocket * in.coresPerGroup);
    mask_t mask = {.count = count, .has_siblings = count > 1 && first + count > cores};
    mask.cpu = calloc(count, sizeof *mask.cpu);
    mask.core = calloc(count, sizeof *mask.core);
    mask.group = calloc(count, sizeof *mask.group);
    mask.scrambled = calloc(count, sizeof *mask.scrambled);
    mask.account = calloc(count, sizeof *mask.account);
    for (int i = 0; i < count; i++) {
        mask.cpu[i] = first + i;
        mask.core[i] = (first + i) % cores;
        mask.group[i] = mask.core[i] / (int)in.coresPerGroup;
        mask.scrambled[i] = scramble(first + i);
        mask.account[i].shortest = NEVER;
    }
    return mask;
}

static void free_mask(mask_t mask)
{
    free(mask.cpu);
    free(mask.core);
    free(mask.group);
    free(mask.scrambled);
    free(mask.account);
}

/* Processor time: what else runs on the host does not count. */
static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1e9 + now.tv_nsec;
}

/* What is visible of a region starts the next round at 0; what was fetched is there at 0, too. */
static void settle(int64_t *times, int groups)
{
    for (int i = 0; i < groups; i++)
        times[i] = times[i] == NEVER ? NEVER : 0;
}

int main(void)
{
    char name[64];
    for (double value; scanf("%63s %lf", name, &value) == 2 && strcmp(name, "end") != 0;) {
        size_t i = 0;
        while (i < sizeof NAMES / sizeof *NAMES && strcmp(NAMES[i].name, name) != 0)
            i++;
        if (i == sizeof NAMES / sizeof *NAMES) {
            fprintf(stderr, "no such number: %s\n", name);
            return 2;
        }
        *NAMES[i].value = value;
    }
    int count = (int)in.regions, groups = (int)(in.sockets * in.groupsPerSocket);
    int cores = groups * (int)in.coresPerGroup, remotes = (int)in.cpus - 1;
    region_t *regions = calloc(count, sizeof *regions);
    for (int r = 0; r < count; r++) {
        if (scanf("%d %d %d", &regions[r].entries, &regions[r].assigned, &regions[r].socket) != 3) {
            fprintf(stderr, "region %d is missing\n", r);
            return 2;
        }
    }
    served_end = calloc(cores, sizeof *served_end);
    int64_t *times = calloc((size_t)count * 3 * groups, sizeof *times);
    int64_t resched = picoseconds(in.condReschedNs), clock_read = picoseconds(in.clockReadNs);
    make_tables();
    for (int repeat = 0; repeat < in.repeats; repeat++) {
        /* A broadcast has no local phase, and the sender takes part in its rounds. */
        int first_remote = in.broadcast != 0 ? 0 : 1;
        mask_t local_mask = make_mask(0, 1), remote_mask = make_mask(first_remote, (int)in.cpus - first_remote);
        for (int i = 0; i < count * 3 * groups; i++)
            times[i] = NEVER;
        double start_ns = now_ns();
        int64_t local = 0, remote = 0;
        for (int r = 0; r < count && first_remote == 1; r++) {
            results_t results = {times + 3 * groups * r, times + 3 * groups * r + groups, times + 3 * groups * r + 2 * groups};
            local += execute_round(&local_mask, &regions[r], r, results, 0, 0, 0) + resched;
            settle(results.clean_from, 3 * groups);
        }
        if (first_remote == 1)
            local += clock_read;
        sending_ps = executing_ps = queued_ps = 0;
        for (int r = 0; r < count; r++) {
            results_t results = {times + 3 * groups * r, times + 3 * groups * r + groups, times + 3 * groups * r + 2 * groups};
            double factor = factors[draw(SENDING, r, 0) >> FACTOR_SHIFT];
            int64_t first = picoseconds(factor * in.baseNs) + picoseconds(factor * in.perTargetNs) * remotes;
            int64_t step = picoseconds(factor * in.burstNs);
            int turned = in.rotate != 0 ? r % remotes : 0;
            remote += execute_round(&remote_mask, &regions[r], r, results, first, step, turned) + resched;
        }
        remote += clock_read;
        double took_ns = now_ns() - start_ns;
        if (repeat == 0) {
            uint64_t busy = 0, optimized = 0, mixed = 0;
            int64_t longest = 0, shortest = NEVER;
            for (int i = 0; i < remote_mask.count; i++) {
                const account_t *account = &remote_mask.account[i];
                busy += account->busy;
                optimized += account->optimized;
                mixed = (mixed * 31 + account->busy % 1000003) % 1000003;
                longest = later(longest, account->longest);
                shortest = account->shortest < shortest ? account->shortest : shortest;
            }
            printf("localPs %lld\nremotePs %lld\ninRmpoptPs %llu\ninRmpoptMixed %llu\noptimized %llu\nlongestPs %lld\n",
                   (long long)local, (long long)remote, (unsigned long long)busy, (unsigned long long)mixed,
                   (unsigned long long)optimized, (long long)longest);
            printf("shortestPs %lld\nsendingPs %lld\nexecutingPs %lld\nqueuedPs %lld\n", (long long)shortest,
                   (long long)sending_ps, (long long)executing_ps, (long long)queued_ps);
        }
        printf("tookNs %.0f\n", took_ns);
        free_mask(local_mask);
        free_mask(remote_mask);
    }
    free(regions);
    free(served_end);
    free(times);
    return 0;
}
