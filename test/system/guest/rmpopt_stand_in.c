// SPDX-License-Identifier: GPL-2.0
/*
 * Stands in for the kernel's RMPOPT sweep, to test the capture of one: a work item goes over the regions on its own CPU, then
 * has the other cores go over them, one round of IPIs a region. A call spins for a time that is known; no RMPOPT is executed.
 *
 *   echo 3 > /sys/module/rmpopt_stand_in/parameters/sweep       three sweeps, one after another
 *   cat /sys/kernel/debug/rmpopt_stand_in                       what each did, by its own readings of the TSC
 *
 * The names of the functions that the capture has to find contain rmpopt, and so do some that it must not take for them.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <linux/topology.h>
#include <linux/workqueue.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#define SWEEPS_MAX 16
#define CPUS_MAX 64

static uint regions = 16;
module_param(regions, uint, 0600);
MODULE_PARM_DESC(regions, "rounds of IPIs in a sweep");
static uint spin_us = 20;
module_param(spin_us, uint, 0600);
MODULE_PARM_DESC(spin_us, "microseconds that a call takes on CPU 0; each further CPU takes one more");
static bool broadcast;
module_param(broadcast, bool, 0600);
MODULE_PARM_DESC(broadcast, "no local loop, and all online CPUs in every round, the sender among them");

struct calls {
	u64 cycles, longest;
	u32 count;
};

struct sweep {
	u64 start, middle, end;
	u32 regions, targets, sender;
	struct calls calls[CPUS_MAX];
};

static DEFINE_PER_CPU_ALIGNED(struct calls, own_calls);
static DEFINE_MUTEX(lock);
static struct sweep sweeps[SWEEPS_MAX];
static u32 sweep_count;
static struct workqueue_struct *queue;
static struct dentry *file;

static void spin(void)
{
	u64 begin = rdtsc_ordered();
	u64 cycles = div_u64((u64)(spin_us + smp_processor_id()) * tsc_khz, 1000);

	while (rdtsc_ordered() - begin < cycles)
		cpu_relax();
}

/* Runs with interrupts off, as the callback of the kernel's sweep does. */
static void stand_in_rmpopt_call(void *region)
{
	struct calls *own = this_cpu_ptr(&own_calls);
	u64 begin = rdtsc_ordered(), took;

	spin();
	took = rdtsc_ordered() - begin;
	own->cycles += took;
	own->longest = max(own->longest, took);
	own->count++;
}

/* Called on all CPUs outside of sweeps, as the kernel enables RMPOPT on them. */
static void stand_in_rmpopt_enable(void *unused)
{
	cpu_relax();
}

static void choose_targets(struct cpumask *targets)
{
	unsigned int cpu;

	cpumask_clear(targets);
	for_each_online_cpu(cpu)
		if (broadcast || cpumask_first(topology_sibling_cpumask(cpu)) == cpu)
			cpumask_set_cpu(cpu, targets);
	if (!broadcast)
		cpumask_andnot(targets, targets, topology_sibling_cpumask(smp_processor_id()));
}

static void stand_in_rmpopt_work(struct work_struct *work)
{
	struct sweep *sweep = &sweeps[sweep_count];
	cpumask_var_t targets;
	unsigned int cpu, region;

	if (sweep_count == SWEEPS_MAX || !alloc_cpumask_var(&targets, GFP_KERNEL))
		return;
	for_each_possible_cpu(cpu)
		*per_cpu_ptr(&own_calls, cpu) = (struct calls){};
	sweep->start = rdtsc_ordered();
	migrate_disable();
	choose_targets(targets);
	for (region = 0; region < regions && !broadcast; region++) {
		spin();
		cond_resched();
	}
	sweep->sender = smp_processor_id();
	cpus_read_lock();
	sweep->middle = rdtsc_ordered();
	for (region = 0; region < regions; region++)
		on_each_cpu_mask(targets, stand_in_rmpopt_call, (void *)(unsigned long)region, true);
	sweep->end = rdtsc_ordered();
	cpus_read_unlock();
	migrate_enable();
	sweep->regions = regions;
	sweep->targets = cpumask_weight(targets);
	for_each_online_cpu(cpu)
		if (cpu < CPUS_MAX)
			sweep->calls[cpu] = *per_cpu_ptr(&own_calls, cpu);
	sweep_count++;
	free_cpumask_var(targets);
}
static DECLARE_WORK(work, stand_in_rmpopt_work);

static int sweep_set(const char *text, const struct kernel_param *param)
{
	unsigned int count;
	int err = kstrtouint(text, 0, &count);

	if (err)
		return err;
	mutex_lock(&lock);
	if (count == 0)
		sweep_count = 0;
	on_each_cpu(stand_in_rmpopt_enable, NULL, true);
	while (count--) {
		queue_work(queue, &work);
		flush_work(&work);
	}
	mutex_unlock(&lock);
	return 0;
}
static const struct kernel_param_ops sweep_ops = { .set = sweep_set };
module_param_cb(sweep, &sweep_ops, NULL, 0200);
MODULE_PARM_DESC(sweep, "how many sweeps to make now; 0 forgets those made");

static int accounts_show(struct seq_file *out, void *unused)
{
	unsigned int s, cpu;

	mutex_lock(&lock);
	seq_printf(out, "tsc %u kHz\n", tsc_khz);
	for (s = 0; s < sweep_count; s++) {
		const struct sweep *sweep = &sweeps[s];

		seq_printf(out, "sweep %u: %u regions, %u targets, sender %u, local %llu cycles, remote %llu cycles\n", s + 1,
			   sweep->regions, sweep->targets, sweep->sender, sweep->middle - sweep->start,
			   sweep->end - sweep->middle);
		for (cpu = 0; cpu < CPUS_MAX; cpu++)
			if (sweep->calls[cpu].count)
				seq_printf(out, "cpu %u: %u calls, %llu cycles, longest %llu cycles\n", cpu,
					   sweep->calls[cpu].count, sweep->calls[cpu].cycles, sweep->calls[cpu].longest);
	}
	mutex_unlock(&lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(accounts);

static int __init stand_in_init(void)
{
	queue = alloc_workqueue("stand_in_rmpopt", WQ_UNBOUND, 1);
	if (!queue)
		return -ENOMEM;
	file = debugfs_create_file(KBUILD_MODNAME, 0400, NULL, NULL, &accounts_fops);
	return 0;
}

static void __exit stand_in_exit(void)
{
	debugfs_remove(file);
	destroy_workqueue(queue);
}

module_init(stand_in_init);
module_exit(stand_in_exit);
MODULE_DESCRIPTION("Stands in for the kernel's RMPOPT sweep in tests");
MODULE_LICENSE("GPL");
