// SPDX-License-Identifier: GPL-2.0
/*
 * rmpopt_probe: times the loop that was asked for on the kernel lists on 2026-03-11, on the CPUs of this host:
 *
 *   start; for each 1 GiB region: op on this CPU; middle; for each region: op on the other CPUs, by one IPI round; end
 *
 *   op=none     an empty callback: what the rounds themselves cost
 *   op=atomic   adds 1 to a line that all CPUs share
 *   op=clock    reads the clock
 *   op=rmpopt   RMPOPT itself, only where every CPU of the sweep has it and has it enabled
 *
 *   echo "op=none regions=256 reps=5" > /sys/kernel/debug/rmpopt_probe/run; cat /sys/kernel/debug/rmpopt_probe/result
 *
 * Writes no MSR and no RMP entry, and prints nothing to the log. docs/probe.md has the keys, the lines and the risks;
 * rmpopt-bench import reads the lines.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include <linux/clocksource.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/pm_qos.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/topology.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>
#include <linux/version.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>
#include <asm/asm.h>
#include <asm/cpufeature.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#include <asm/cpuid/api.h>
#define rdmsrl_safe rdmsrq_safe
#endif
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/smp.h>
#include <asm/tsc.h>

#define MSR_SYSCFG 0xc0010010
#define SYSCFG_SNP_ENABLED BIT_ULL(24)
#define MSR_RMPOPT_BASE 0xc0010139
#define RMPOPT_ENABLED BIT_ULL(0)
#define CPUID_RMPOPT 0x80000025
#define REGION_SHIFT 30
#define REGIONS_MAX 2048
#define REPS_MAX 100
#define TEXT_BYTES (4UL << 20)
#define LINE_BYTES 256

enum { OP_NONE, OP_ATOMIC, OP_CLOCK, OP_RMPOPT };
static const char *const ops[] = { "none", "atomic", "clock", "rmpopt", NULL };
enum { LOCAL_FIRST, BROADCAST, SERIAL };
static const char *const strategies[] = { "local-first", "broadcast", "serial", NULL };
enum { PRIMARY, ALL };
static const char *const threads[] = { "primary", "all", NULL };
enum { COMPACT, SPREAD };
static const char *const orders[] = { "compact", "spread", NULL };
static const char *const yes_or_no[] = { "no", "yes", NULL };

/* What is asked for. Written by one request at a time while nothing runs; all CPUs read it. */
static struct {
	u32 op, strategy, threads, order, regions, reps, targets, sender, limit, noidle, guests, list, calls;
} asked __read_mostly;

static const struct {
	const char *name;
	u32 *value;
	u32 initial, low, high;
	const char *const *words; /* else it is a number */
} keys[] = {
	{ "op", &asked.op, OP_NONE, .words = ops },
	{ "strategy", &asked.strategy, LOCAL_FIRST, .words = strategies },
	{ "threads", &asked.threads, PRIMARY, .words = threads },
	{ "order", &asked.order, COMPACT, .words = orders },
	{ "regions", &asked.regions, 64, 1, REGIONS_MAX },
	{ "reps", &asked.reps, 3, 1, REPS_MAX },
	{ "targets", &asked.targets, 0, 0, 65536 }, /* 0: all there are */
	{ "sender", &asked.sender, 0, 0, 65535 },
	{ "limit", &asked.limit, 0, 0, 1000 }, /* us a callback may take; 0: 1000, in a guest none */
	{ "noidle", &asked.noidle, 0, .words = yes_or_no }, /* keeps CPUs out of idle states */
	{ "guests", &asked.guests, 0, .words = yes_or_no }, /* a label: vCPUs run on the targets */
	{ "list", &asked.list, 1, .words = yes_or_no }, /* a line for each CPU */
	{ "calls", &asked.calls, 0, .words = yes_or_no }, /* a line for each call */
};

struct call {
	u64 entry, exit;
};

/* What a CPU did: written by that CPU alone, on lines of its own, and read by the sender after the sweep. */
struct account {
	struct call *calls;
	const char *fault; /* why it must not execute RMPOPT */
	u64 base;
	u32 count, optimized;
};
static DEFINE_PER_CPU_ALIGNED(struct account, accounts);

struct round {
	u64 begin, end;
};

static struct round *rounds;
static u32 *numbers; /* to sort */
static cpumask_var_t mask; /* the CPUs that are called */
static u32 target_count, near_count;
static u64 region_base __read_mostly;
static u32 limit_us;
static u64 limit_cycles __read_mostly;
static u64 local_ns, remote_ns;
static u32 local_optimized, sweeps_done;
static int sweep_error;
static atomic64_t shared_line ____cacheline_aligned;
static u32 slow_cpu ____cacheline_aligned; /* the CPU of a callback over the limit, plus 1 */
static bool is_stopped;

static char *text;
static size_t text_length;
static DEFINE_MUTEX(lock);
static DECLARE_COMPLETION(sweep_done);
static struct dentry *directory;

static __printf(1, 2) void emit(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_length += vscnprintf(text + text_length, TEXT_BYTES - text_length, format, args);
	va_end(args);
}

static bool is_full(void)
{
	return text_length + 1 >= TEXT_BYTES;
}

/* The reason goes to the result, since a write can only return a number. */
static __printf(2, 3) int fail(int error, const char *format, ...)
{
	char reason[LINE_BYTES];
	va_list args;

	va_start(args, format);
	vscnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	emit("probe error: %s\n", reason);
	return error;
}

static u64 to_ns(u64 cycles)
{
	return mul_u64_u32_div(cycles, 1000000, tsc_khz);
}

static u32 ns_between(u64 begin, u64 end)
{
	return end <= begin ? 0 : min_t(u64, to_ns(end - begin), U32_MAX);
}

/* --- what is executed ------------------------------------------------------------------------------------------------------- */

static __always_inline bool perform(u32 region)
{
	bool optimized = false;

	switch (asked.op) {
	case OP_ATOMIC:
		atomic64_inc(&shared_line);
		break;
	case OP_CLOCK:
		ktime_get();
		break;
	case OP_RMPOPT:
		/* Where SNP is shut down meanwhile it raises #UD: it is passed over then, and the sweep does not count. */
		asm volatile("clc\n"
			     "1: .byte 0xf2, 0x0f, 0x01, 0xfc\n"
			     "2:\n" _ASM_EXTABLE(1b, 2b)
			     : "=@ccc"(optimized)
			     : "a"(region_base + ((u64)region << REGION_SHIFT)), "c"(0ULL)
			     : "memory");
		break;
	}
	return optimized;
}

/* The callback: interrupts are off, and the region comes as the argument, so that no line is shared for it. */
static void rmpopt_probe_call(void *region)
{
	u64 entry = rdtsc_ordered();
	struct account *own = this_cpu_ptr(&accounts);
	struct call *call = &own->calls[own->count++];

	own->optimized += perform((unsigned long)region);
	call->entry = entry;
	call->exit = rdtsc_ordered();
	if (call->exit - entry > limit_cycles)
		WRITE_ONCE(slow_cpu, smp_processor_id() + 1);
}

static int call_with_interrupts_off(void *region)
{
	unsigned long flags;

	local_irq_save(flags);
	rmpopt_probe_call(region);
	local_irq_restore(flags);
	return 0;
}

static void call_others(void *region)
{
	u32 cpu;

	if (asked.strategy != SERIAL) {
		on_each_cpu_mask(mask, rmpopt_probe_call, region, true);
		return;
	}
	for_each_cpu(cpu, mask) {
		if (cpu == asked.sender)
			call_with_interrupts_off(region);
		else
			smp_call_on_cpu(cpu, call_with_interrupts_off, region, false);
	}
}

/* --- who may execute RMPOPT --------------------------------------------------------------------------------------------------- */

#ifdef RMPOPT_EMULATED
/* A build for tests, which cannot be loaded without the module that emulates RMPOPT: that one answers for the hardware. */
const char *rmpopt_emulation_fault(u64 *base);
#define word_of_results "probe"
#define emulation "yes"
#define cpu_fault rmpopt_emulation_fault
static const char *host_fault(void)
{
	return NULL;
}
#else
#define word_of_results (asked.op == OP_RMPOPT ? "RMPOPT" : "probe")
#define emulation "no"

/*
 * On AMD CPUs that have CLZERO and lack RMPOPT the bytes of RMPOPT run as CLZERO: they zero 64 bytes at the *virtual* address
 * in RAX. So every CPU of a sweep is asked before the first one executes it.
 */
static const char *cpu_fault(u64 *base)
{
	if (cpuid_eax(0x80000000) < CPUID_RMPOPT || !(cpuid_edx(CPUID_RMPOPT) & 1))
		return "lacks RMPOPT (CPUID Fn8000_0025 EDX bit 0)";
	if (rdmsrl_safe(MSR_RMPOPT_BASE, base) || !(*base & RMPOPT_ENABLED))
		return "has RMPOPT disabled (MSR RMPOPT_BASE bit 0)";
	return NULL;
}

static const char *host_fault(void)
{
	if (boot_cpu_has(X86_FEATURE_HYPERVISOR))
		return "this is a virtual machine";
	return check_tsc_unstable() ? "the TSC is unstable" : NULL;
}
#endif

static void rmpopt_probe_check(void *unused)
{
	struct account *own = this_cpu_ptr(&accounts);

	own->fault = cpu_fault(&own->base);
}

/* Before a sweep and after it. CPU hotplug is held off, so that nobody takes part who was not asked. */
static int check_rmpopt(void)
{
	const struct account *sender = per_cpu_ptr(&accounts, asked.sender);
	u32 cpu;

	on_each_cpu_mask(mask, rmpopt_probe_check, NULL, true);
	rmpopt_probe_check(NULL);
	if (sender->fault)
		return fail(-EOPNOTSUPP, "CPU %u %s", asked.sender, sender->fault);
	for_each_cpu(cpu, mask) {
		const struct account *account = per_cpu_ptr(&accounts, cpu);

		if (account->fault)
			return fail(-EOPNOTSUPP, "CPU %u %s", cpu, account->fault);
		if (account->base != sender->base)
			return fail(-EOPNOTSUPP, "RMPOPT_BASE is 0x%llx on CPU %u and 0x%llx on CPU %u", sender->base,
				    asked.sender, account->base, cpu);
	}
	if (host_fault())
		return fail(-EOPNOTSUPP, "%s", host_fault());
	region_base = sender->base >> REGION_SHIFT << REGION_SHIFT;
	return 0;
}

/* --- who is called ------------------------------------------------------------------------------------------------------------ */

static u32 l3_of(u32 cpu)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	return per_cpu_llc_id(cpu);
#else
	return get_llc_id(cpu);
#endif
}

static bool is_primary(u32 cpu)
{
	return cpumask_first(topology_sibling_cpumask(cpu)) == cpu;
}

/* 0: in the sender's L3 group, 1: elsewhere on its socket, 2: on another socket */
static u32 distance(u32 cpu)
{
	if (topology_physical_package_id(cpu) != topology_physical_package_id(asked.sender))
		return 2;
	return l3_of(cpu) != l3_of(asked.sender);
}

static bool may_be_target(u32 cpu)
{
	if (!per_cpu_ptr(&accounts, cpu)->calls || cpu == asked.sender)
		return false;
	return asked.threads == ALL ||
	       (is_primary(cpu) && !cpumask_test_cpu(cpu, topology_sibling_cpumask(asked.sender)));
}

/* order=compact takes the CPUs that are next to the sender first, order=spread those that are far from it. */
static void choose_targets(void)
{
	u32 step, cpu;

	cpumask_clear(mask);
	target_count = near_count = 0;
	for (step = 0; step < 3; step++) {
		u32 wanted = asked.order == COMPACT ? step : 2 - step;

		for_each_online_cpu(cpu) {
			if (distance(cpu) != wanted || !may_be_target(cpu))
				continue;
			if (asked.targets && target_count == asked.targets)
				break;
			cpumask_set_cpu(cpu, mask);
			target_count++;
			near_count += wanted < 2;
		}
	}
	if (asked.strategy != LOCAL_FIRST)
		cpumask_set_cpu(asked.sender, mask);
}

/* --- what is printed ---------------------------------------------------------------------------------------------------------- */

static void emit_host(void)
{
	u32 cpu, other, sockets = 0, l3_groups = 0, cores = 0;
	u64 syscfg = 0;

	for_each_online_cpu(cpu) {
		bool is_first_of_l3 = true;

		for_each_online_cpu(other) {
			if (other >= cpu)
				break;
			if (l3_of(other) == l3_of(cpu) &&
			    topology_physical_package_id(other) == topology_physical_package_id(cpu))
				is_first_of_l3 = false;
		}
		sockets += cpumask_first(topology_core_cpumask(cpu)) == cpu;
		l3_groups += is_first_of_l3;
		cores += is_primary(cpu);
	}
	if (rdmsrl_safe(MSR_SYSCFG, &syscfg))
		syscfg = 0;
	emit("probe host: kernel %s, %u sockets, %u L3 groups, %u cores, %u cpus online, %u present, %u nodes, tsc %u kHz, tsc %s, snp %s, virtual %s, cpu %s\n",
	     init_utsname()->release, sockets, l3_groups, cores, num_online_cpus(), num_present_cpus(), num_online_nodes(),
	     tsc_khz, check_tsc_unstable() ? "unstable" : "stable", yes_or_no[!!(syscfg & SYSCFG_SNP_ENABLED)],
	     yes_or_no[boot_cpu_has(X86_FEATURE_HYPERVISOR)], boot_cpu_data.x86_model_id);
}

static void emit_run(void)
{
	emit("probe run: op %s, strategy %s, threads %s, %u regions, %u targets, %u near, order %s, sender cpu %u, guests %s, noidle %s, emulated %s, list %s\n",
	     ops[asked.op], strategies[asked.strategy], threads[asked.threads], asked.regions, target_count, near_count,
	     orders[asked.order], asked.sender, yes_or_no[asked.guests], yes_or_no[asked.noidle], emulation,
	     yes_or_no[asked.list]);
}

static int by_number(const void *a, const void *b)
{
	return *(const u32 *)a < *(const u32 *)b ? -1 : *(const u32 *)a > *(const u32 *)b;
}

static void sort_numbers(void)
{
	sort(numbers, asked.regions, sizeof(*numbers), by_number, NULL);
}

static u32 median(void)
{
	sort_numbers();
	return numbers[asked.regions / 2];
}

/* The medians of four steps, all from where the sender begins a round. */
static void emit_split(void)
{
	u32 step, region, cpu, backwards = 0, medians[4];

	for (step = 0; step < ARRAY_SIZE(medians); step++) {
		for (region = 0; region < asked.regions; region++) {
			u64 begin = rounds[region].begin, first_entry = U64_MAX, last_entry = 0, last_exit = 0;

			for_each_cpu(cpu, mask) {
				struct call *call = &per_cpu_ptr(&accounts, cpu)->calls[region];

				first_entry = min(first_entry, call->entry);
				last_entry = max(last_entry, call->entry);
				last_exit = max(last_exit, call->exit);
				backwards += step == 0 && (call->entry < begin || call->exit > rounds[region].end);
			}
			numbers[region] = ns_between(begin, step == 0 ? first_entry :
							    step == 1 ? last_entry :
							    step == 2 ? last_exit : rounds[region].end);
			cond_resched();
		}
		medians[step] = median();
	}
	emit("probe split: first entry %u ns, last entry %u ns, last exit %u ns, return %u ns, %u backwards\n", medians[0],
	     medians[1], medians[2], medians[3], backwards);
}

static void emit_rounds(void)
{
	u64 sum = 0;
	u32 region;

	for (region = 0; region < asked.regions; region++) {
		numbers[region] = ns_between(rounds[region].begin, rounds[region].end);
		sum += numbers[region];
	}
	sort_numbers();
	emit("%s rounds: %u, mean %llu ns, longest %u ns, shortest %u ns, median %u ns, p99 %u ns\n", word_of_results,
	     asked.regions, div_u64(sum, asked.regions), numbers[asked.regions - 1], numbers[0], numbers[asked.regions / 2],
	     numbers[asked.regions * 99 / 100]);
}

static void emit_cpu(u32 cpu)
{
	const struct account *account = per_cpu_ptr(&accounts, cpu);
	u64 busy = 0, longest = 0;
	u32 region;

	for (region = 0; region < account->count; region++) {
		u64 took = account->calls[region].exit - account->calls[region].entry;

		busy += took;
		longest = max(longest, took);
		numbers[region] = ns_between(rounds[region].begin, account->calls[region].entry);
	}
	emit("%s cpu %u: busy %llu ns, %u calls, longest %llu ns, %u optimized, entry median %u ns, %s\n", word_of_results,
	     cpu, to_ns(busy), account->count, to_ns(longest), account->optimized, median(),
	     cpu == asked.sender ? "self" : distance(cpu) < 2 ? "near" : "far");
}

static void emit_calls(void)
{
	u32 region, cpu;

	for (region = 0; region < asked.regions; region++) {
		for_each_cpu(cpu, mask) {
			struct call *call = &per_cpu_ptr(&accounts, cpu)->calls[region];

			emit("probe call: region %u, cpu %u, entry %llu cycles, exit %llu cycles\n", region, cpu, call->entry,
			     call->exit);
		}
		cond_resched();
	}
}

static void emit_sweep(void)
{
	u32 cpu;

	emit("%s phases: local %llu ns, remote %llu ns, %u regions, %u remote cpus, %u optimized locally\n", word_of_results,
	     local_ns, remote_ns, asked.regions, target_count, local_optimized);
	if (cpumask_empty(mask))
		return;
	if (asked.strategy != SERIAL) {
		emit_rounds();
		emit_split();
	}
	if (asked.list) {
		for_each_cpu(cpu, mask) {
			emit_cpu(cpu);
			cond_resched();
		}
	}
	if (asked.calls)
		emit_calls();
}

/* --- a sweep ------------------------------------------------------------------------------------------------------------------ */

/* Why a sweep goes no further; 0 where it may. */
static int interruption(void)
{
	u32 slow = READ_ONCE(slow_cpu);

	if (slow)
		return fail(-ETIME, "a callback on CPU %u took over %u us", slow - 1, limit_us);
	return READ_ONCE(is_stopped) ? fail(-EINTR, "interrupted") : 0;
}

static int sweep(void)
{
	u64 start, middle;
	u32 region;
	int error = 0;

	local_optimized = 0;
	start = middle = ktime_get_ns();
	if (asked.strategy == LOCAL_FIRST) {
		for (region = 0; region < asked.regions && !error; region++) {
			local_optimized += perform(region);
			cond_resched();
			error = interruption();
		}
		middle = ktime_get_ns();
	}
	for (region = 0; region < asked.regions && !error && !cpumask_empty(mask); region++) {
		rounds[region].begin = rdtsc_ordered();
		call_others((void *)(unsigned long)region);
		rounds[region].end = rdtsc_ordered();
		cond_resched();
		error = interruption();
	}
	remote_ns = ktime_get_ns() - middle;
	local_ns = middle - start;
	return error;
}

/* Runs on a worker that is bound to the sender, as the kernel's sweep runs on one of its workers. */
static void rmpopt_probe_sweep(struct work_struct *work)
{
	u32 cpu;

	cpus_read_lock();
	for_each_possible_cpu(cpu) {
		struct account *account = per_cpu_ptr(&accounts, cpu);

		account->count = account->optimized = 0;
	}
	if (sweeps_done == 0) {
		choose_targets();
		emit_run();
	}
	if (raw_smp_processor_id() != asked.sender || !cpumask_subset(mask, cpu_online_mask))
		sweep_error = fail(-ENXIO, "a CPU of the sweep went offline");
	else
		sweep_error = asked.op == OP_RMPOPT ? check_rmpopt() : 0;
	if (!sweep_error)
		sweep_error = sweep();
	if (!sweep_error && asked.op == OP_RMPOPT)
		sweep_error = check_rmpopt();
	cpus_read_unlock();
	complete(&sweep_done);
}
static DECLARE_WORK(sweep_work, rmpopt_probe_sweep);

static int run_sweep(void)
{
	cpus_read_lock();
	if (!cpu_online(asked.sender) || !per_cpu_ptr(&accounts, asked.sender)->calls) {
		cpus_read_unlock();
		return fail(-ENXIO, "CPU %u, the sender, is offline", asked.sender);
	}
	reinit_completion(&sweep_done);
	queue_work_on(asked.sender, system_long_wq, &sweep_work);
	cpus_read_unlock();
	if (wait_for_completion_interruptible(&sweep_done)) {
		WRITE_ONCE(is_stopped, true);
		wait_for_completion(&sweep_done);
	}
	flush_work(&sweep_work);
	if (sweep_error)
		return sweep_error;
	emit_sweep();
	sweeps_done++;
	return 0;
}

/* --- a request ---------------------------------------------------------------------------------------------------------------- */

static void free_memory(void)
{
	u32 cpu;

	for_each_possible_cpu(cpu) {
		vfree(per_cpu_ptr(&accounts, cpu)->calls);
		per_cpu_ptr(&accounts, cpu)->calls = NULL;
	}
	kvfree(rounds);
	kvfree(numbers);
	rounds = NULL;
	numbers = NULL;
}

static int get_memory(void)
{
	u32 cpu;

	rounds = kvcalloc(asked.regions, sizeof(*rounds), GFP_KERNEL);
	numbers = kvcalloc(asked.regions, sizeof(*numbers), GFP_KERNEL);
	if (!rounds || !numbers)
		return fail(-ENOMEM, "no memory");
	for_each_online_cpu(cpu) {
		struct call *calls = vzalloc_node(asked.regions * sizeof(*calls), cpu_to_node(cpu));

		if (!calls)
			return fail(-ENOMEM, "no memory for the calls of CPU %u", cpu);
		per_cpu_ptr(&accounts, cpu)->calls = calls;
	}
	return 0;
}

static int run(void)
{
	struct pm_qos_request qos = {};
	int error = get_memory();

	slow_cpu = 0;
	is_stopped = false;
	sweeps_done = 0;
	/* In a guest a hypervisor may take the CPU away for longer: a callback is not to blame for that. */
	limit_us = asked.limit ?: boot_cpu_has(X86_FEATURE_HYPERVISOR) ? 0 : 1000;
	limit_cycles = limit_us ? (u64)limit_us * tsc_khz / 1000 : U64_MAX;
	if (asked.noidle)
		cpu_latency_qos_add_request(&qos, 0);
	while (!error && sweeps_done < asked.reps && !is_full())
		error = run_sweep();
	if (asked.noidle)
		cpu_latency_qos_remove_request(&qos);
	free_memory();
	if (!error)
		emit("probe end: %u sweeps\n", sweeps_done);
	if (!is_full())
		return error;
	text_length = 0;
	return fail(-E2BIG, "the result is longer than %lu bytes: fewer reps, list=no or calls=no", TEXT_BYTES);
}

static int set(const char *name, const char *value)
{
	u32 i, number;
	int word;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		if (strcmp(name, keys[i].name))
			continue;
		if (keys[i].words) {
			word = match_string(keys[i].words, -1, value);
			if (word < 0)
				return fail(-EINVAL, "%s: unknown value %s", name, value);
			*keys[i].value = word;
			return 0;
		}
		if (kstrtou32(value, 0, &number) || number < keys[i].low || number > keys[i].high)
			return fail(-EINVAL, "%s: expected a number from %u to %u, found %s", name, keys[i].low, keys[i].high,
				    value);
		*keys[i].value = number;
		return 0;
	}
	return fail(-EINVAL, "unknown key %s", name);
}

static int parse(char *line)
{
	int error = 0;
	char *word;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		*keys[i].value = keys[i].initial;
	while (!error && (word = strsep(&line, " \t\n"))) {
		char *value = strchr(word, '=');

		if (!*word)
			continue;
		if (value)
			*value++ = 0;
		error = value ? set(word, value) : fail(-EINVAL, "expected key=value, found %s", word);
	}
	if (!error && asked.sender >= nr_cpu_ids)
		error = fail(-ENXIO, "sender: there is no CPU %u", asked.sender);
	return error;
}

static ssize_t run_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	char line[LINE_BYTES];
	int error;

	if (size >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, from, size))
		return -EFAULT;
	line[size] = 0;
	if (mutex_lock_interruptible(&lock))
		return -EINTR;
	text_length = 0;
	emit_host();
	error = parse(line);
	if (!error)
		error = run();
	mutex_unlock(&lock);
	return error ?: size;
}

static ssize_t result_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	ssize_t count;

	if (mutex_lock_interruptible(&lock))
		return -EINTR;
	count = simple_read_from_buffer(to, size, position, text, text_length);
	mutex_unlock(&lock);
	return count;
}

static const struct file_operations run_operations = { .owner = THIS_MODULE, .write = run_write };
static const struct file_operations result_operations = { .owner = THIS_MODULE, .read = result_read };

static int __init probe_init(void)
{
	text = vzalloc(TEXT_BYTES);
	if (!text || !zalloc_cpumask_var(&mask, GFP_KERNEL)) {
		vfree(text);
		return -ENOMEM;
	}
	directory = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("run", 0200, directory, NULL, &run_operations);
	debugfs_create_file("result", 0400, directory, NULL, &result_operations);
	return 0;
}

static void __exit probe_exit(void)
{
	debugfs_remove_recursive(directory);
	free_cpumask_var(mask);
	vfree(text);
}

module_init(probe_init);
module_exit(probe_exit);
MODULE_DESCRIPTION("Times sweeps of RMPOPT, and the rounds of IPIs they consist of");
MODULE_LICENSE("GPL");
