"""A sweep with random costs in SimPy, local first, under a result shared by the machine: what an event simulation of the same
model takes. Reads what c-loop.ts writes for the C program and prints the same names. For SimPy 3 and 4; Debian's
package is python3-simpy3."""

import math
import sys
import time
from statistics import NormalDist

import simpy

INSTRUCTION, SLOW_INSTRUCTION, SLOW_TIME, SENDING = 10, 11, 12, 13
FACTORS = 4096
WORD = 0xFFFFFFFF


def murmur(words, seed):
    value = seed
    for word in words:
        word = word * 0xCC9E2D51 & WORD
        word = (word << 15 | word >> 17) & WORD
        value ^= word * 0x1B873593 & WORD
        value = (value << 13 | value >> 19) & WORD
        value = (value * 5 + 0xE6546B64) & WORD
    value ^= 4 * len(words)
    value = (value ^ value >> 16) * 0x85EBCA6B & WORD
    value = (value ^ value >> 13) * 0xC2B2AE35 & WORD
    return value ^ value >> 16


def picoseconds(ns):
    return math.floor(ns * 1000 + 0.5)


def read_host():
    host = {}
    for line in sys.stdin:
        name, value = line.split()
        if name == "end":
            break
        host[name] = float(value) if "." in value or "e" in value else int(value)
    regions = [tuple(int(word) for word in line.split()) for line in sys.stdin]
    return host, regions


class Round:
    def __init__(self, env, cpus, is_clean, fetched):
        self.queue, self.over = simpy.Resource(env), env.event()
        self.served, self.left, self.is_clean = {}, len(cpus), is_clean
        # By L3 group, how long after the start of the round its first CPU has fetched the entries.
        self.fetched_ps = dict.fromkeys(fetched, 0)


def rmpopt(env, sweep, region, cpu, this_round):
    """One RMPOPT; its place in the queue of successes is that of its issue."""
    busy_ps, service_ps = sweep.costs(region, cpu, this_round)
    core = cpu % sweep.cores
    start = env.now
    if sweep.regions[region][1]:
        yield env.timeout(busy_ps)
    elif core in this_round.served:
        yield this_round.served[core]
        yield env.timeout(max(0, start + busy_ps - env.now))
    else:
        served = this_round.served[core] = env.event()
        with this_round.queue.request() as turn:
            yield turn
            yield env.timeout(max(0, start + busy_ps - env.now) + service_ps)
        served.succeed()
    if not sweep.regions[region][1]:
        sweep.optimized += cpu != 0
        sweep.clean[region] = True
    this_round.left -= 1
    if this_round.left == 0:
        this_round.over.succeed()


class Sweep:
    def __init__(self, host, regions, env):
        if host["resultShared"] != 2:
            sys.exit("this program knows results shared by the machine only")
        self.host, self.regions, self.env = host, regions, env
        self.cores = host["sockets"] * host["groupsPerSocket"] * host["coresPerGroup"]
        raw = [math.exp(host["sigma"] * NormalDist().inv_cdf((i + 0.5) / FACTORS)) for i in range(FACTORS)]
        mean = sum(raw) / FACTORS
        self.factors = [factor / mean for factor in raw]
        self.clean = [False] * len(regions)
        self.fetched = [set() for _ in regions]
        self.optimized = 0

    def draw(self, purpose, region, cpu):
        host = self.host
        return murmur([purpose, host["run"], host["sweep"], region, cpu], host["seed"])

    def extra(self, bits, region, cpu):
        share = (bits & 0xFFFFF) * 2**32 + self.draw(SLOW_INSTRUCTION, region, cpu)
        if share >= self.host["tailProbability"] * 2**52:
            return 0
        drawn = (self.draw(SLOW_TIME, region, cpu) + 0.5) / 2**32
        return picoseconds(-math.log(drawn) * self.host["tailNs"])

    def costs(self, region, cpu, this_round):
        """Until it is ready, and for its success."""
        host = self.host
        bits = self.draw(INSTRUCTION, region, cpu)
        factor = self.factors[bits >> 20]
        busy_ps = picoseconds(factor * host["fixedNs"]) + self.extra(bits, region, cpu)
        entries, _, socket = self.regions[region]
        if this_round.is_clean:
            busy_ps += picoseconds(factor * host["hitNs"])
        elif entries > 0:
            group = cpu % self.cores // host["coresPerGroup"]
            if group in this_round.fetched_ps:
                warm_ps = entries * picoseconds(factor * host["warmNs"])
                return max(busy_ps + warm_ps, this_round.fetched_ps[group]), picoseconds(factor * host["serviceNs"])
            is_local = group // host["groupsPerSocket"] == socket
            busy_ps += entries * picoseconds(factor * host["localNs" if is_local else "remoteNs"])
            this_round.fetched_ps[group] = busy_ps
            self.fetched[region].add(group)
        return busy_ps, picoseconds(factor * host["serviceNs"])

    def start_round(self, region, cpus):
        this_round = Round(self.env, cpus, self.clean[region], self.fetched[region])
        for cpu in cpus:
            self.env.process(rmpopt(self.env, self, region, cpu, this_round))
        return this_round.over

    def execute(self):
        """Each round begins when the slowest CPU of the one before is done."""
        host, env, remote = self.host, self.env, range(1, self.host["cpus"])
        resched_ps, clock_read_ps = picoseconds(host["condReschedNs"]), picoseconds(host["clockReadNs"])
        for region in range(len(self.regions)):
            yield self.start_round(region, [0])
            yield env.timeout(resched_ps)
        yield env.timeout(clock_read_ps)
        middle = env.now
        for region in range(len(self.regions)):
            factor = self.factors[self.draw(SENDING, region, 0) >> 20]
            per_target_ps = picoseconds(factor * host["perTargetNs"])
            yield env.timeout(picoseconds(factor * host["baseNs"]) + per_target_ps * len(remote))
            yield self.start_round(region, remote)
            yield env.timeout(resched_ps)
        yield env.timeout(clock_read_ps)
        print(f"localPs {middle}\nremotePs {env.now - middle}\noptimized {self.optimized}")


env = simpy.Environment()
sweep = Sweep(*read_host(), env)
start = time.process_time()
env.process(sweep.execute())
env.run()
print(f"tookNs {(time.process_time() - start) * 1e9:.0f}")
