// SPDX-License-Identifier: GPL-2.0
/*
 * RMPOPT in software, for tests under emulation: catches the invalid opcode F2 0F 01 FC of the kernel. It refuses to load where
 * the CPU has CLZERO, since the same bytes run as that instruction there and raise no exception.
 */
#include <linux/cpumask.h>
#include <linux/kdebug.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/ptrace.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/topology.h>
#include <asm/cpufeature.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#define REGIONS 2048
static uint every = 4;
module_param(every, uint, 0600);
MODULE_PARM_DESC(every, "every n-th region holds an assigned page; 0: none, 1: all");
static uint first;
module_param(first, uint, 0600);
MODULE_PARM_DESC(first, "its first assigned entry, 0 to 511");
static int lacking = -1;
module_param(lacking, int, 0600);
MODULE_PARM_DESC(lacking, "a CPU that says it has no RMPOPT");
static int moved = -1;
module_param(moved, int, 0600);
MODULE_PARM_DESC(moved, "a CPU whose table begins elsewhere");

static int left = -1;
module_param(left, int, 0600);
MODULE_PARM_DESC(left, "so many RMPOPTs until SNP is shut down; -1: never");

/* The table of a core, at its first thread. */
static DEFINE_PER_CPU(DECLARE_BITMAP(, REGIONS), table);

/* What the CPU that asks would say of its RMPOPT; NULL where it may be executed. */
const char *rmpopt_emulation_fault(u64 *base);
const char *rmpopt_emulation_fault(u64 *base)
{
	int cpu = smp_processor_id();

	*base = (cpu == moved ? BIT_ULL(40) : 0) | 1;
	if (left == 0)
		return "has RMPOPT disabled";
	return cpu == lacking ? "lacks RMPOPT" : NULL;
}
EXPORT_SYMBOL_GPL(rmpopt_emulation_fault);

static bool rmpopt(unsigned long region, bool is_verify)
{
	unsigned long *own = *per_cpu_ptr(&table, cpumask_first(topology_sibling_cpumask(smp_processor_id())));
	bool is_assigned = every && region % every == 0;
	uint entry;

	if (region >= REGIONS)
		return false;
	if (is_verify) {
		for (entry = 0; entry < (is_assigned ? first : 512); entry++)
			cpu_relax(); /* stands for reading one */
		if (is_assigned)
			clear_bit(region, own);
		else
			set_bit(region, own);
	}
	return test_bit(region, own);
}

static int on_die(struct notifier_block *block, unsigned long event, void *data)
{
	static const u8 opcode[4] = { 0xf2, 0x0f, 0x01, 0xfc };
	struct die_args *args = data;
	struct pt_regs *regs = args->regs;

	if (event != DIE_TRAP || args->trapnr != X86_TRAP_UD || user_mode(regs) ||
	    memcmp((void *)regs->ip, opcode, sizeof(opcode)) || left == 0)
		return NOTIFY_DONE;
	if (left > 0)
		left--;
	if (rmpopt(regs->ax >> 30, !regs->cx))
		regs->flags |= X86_EFLAGS_CF;
	else
		regs->flags &= ~X86_EFLAGS_CF;
	regs->ip += sizeof(opcode);
	return NOTIFY_STOP;
}
static struct notifier_block notifier = { .notifier_call = on_die, .priority = INT_MAX };

static int __init emulation_init(void)
{
	return boot_cpu_has(X86_FEATURE_CLZERO) ? -EOPNOTSUPP : register_die_notifier(&notifier);
}

static void __exit emulation_exit(void)
{
	unregister_die_notifier(&notifier);
}

module_init(emulation_init);
module_exit(emulation_exit);
MODULE_DESCRIPTION("Emulates RMPOPT in tests");
MODULE_LICENSE("GPL");
