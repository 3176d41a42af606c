"""Sizes that fit the caches and memory of a device, and the work of a thread."""

from dataclasses import dataclass, replace

import torch

__all__ = ["BUDGETS", "CPU", "Budget"]


@dataclass(frozen=True)
class Budget:
    """Sizes of blocks and stacks on one kind of device.

    None of them changes what is computed, except for the order of sums. "Numbers" are
    elements of a tensor. The comments name the row of README's speed table, or the
    curve of ``benchmarks/growth.py``, that shows the effect of a size.
    """

    # A larger stack saves calls per model until its weights, gradients and moments
    # leave the cache: growth curve "models in a stack".
    stack_models: int = 20

    # Multiplications per step that keep one more thread busy. With fewer, threads wait
    # longer for the interpreter than they gain: rows "8 losses x 5 folds", in threads,
    # and that of the busy core.
    thread_multiplications: int = 10_000_000

    # A block has at least this many rows at any width, because each block costs some
    # calls.
    block_rows: int = 256

    # Rows, and numbers of their inputs, of all models in a forward pass without
    # gradient. More rows hardly save calls and leave the cache.
    scoring_rows: int = 8192
    scoring_numbers: int = 2_000_000

    # Rows of all models in a block of the pass that judges models without held-out
    # rows: its layers stay in the second-level cache. The loss is evaluated on more
    # numbers at once, since it costs by the operation.
    judged_rows: int = 2048
    judged_numbers: int = 500_000
    # Weights of all models at epochs that are not yet judged: 80 MB in float32. With
    # fewer epochs, more of them are judged.
    unjudged_numbers: int = 20_000_000

    # Tables of several folds up to this size are joined into one, so that a batch of
    # all models is a single look-up; a copy of larger ones would cost memory, which
    # tests/training/test_growth.py bounds.
    joined_numbers: int = 4_000_000

    # Newton: inputs in a block. The block, its weighted copy and the Hessian stay in
    # the second-level cache: rows "linear, 100,000 x 50".
    newton_block_numbers: int = 200_000
    newton_block_rows: int = 4096
    # A part is what the loss evaluates at once. Its time depends on the number of
    # operations, so a part joins several blocks as long as their second derivatives
    # stay in the cache.
    newton_part_blocks: int = 8
    newton_part_numbers: int = 500_000
    # A table up to this size is encoded once and summed by one thread. Larger ones are
    # encoded again in each pass, which costs less than reading a kept copy from main
    # memory, and are divided between threads.
    newton_kept_numbers: int = 1_200_000
    # Shares of a larger table. The number is fixed, so that the sums do not depend on
    # the number of cores.
    newton_shares: int = 4

    # L-BFGS: numbers in a dense block of rows. Encoded blocks of a sparse table are
    # made and dropped one by one: 32 MB in float64.
    lbfgs_block_numbers: int = 4_000_000

    # Prediction: numbers of the widest layer in a block of rows, which then stay in
    # the cache: row "predict 1,000,000 x 20".
    predict_numbers: int = 500_000
    # Blocks that are worth threads: starting those takes as long as a block.
    predict_blocks_for_threads: int = 4

    @classmethod
    def for_device(cls, device):
        """Return the budget of a torch device.

        GPUs have the sizes of the CPU but for the stacks: they are safe in memory, and
        no others have been measured.
        """
        return BUDGETS.get(torch.device(device).type, CPU)

    def rows_at_once(self, numbers, width):
        """Rows of ``width`` numbers in a block of about ``numbers``."""
        return max(self.block_rows, numbers // width)

    def stacks_worth_threads(self, multiplications, n_models, n_threads):
        """Stacks to split models into, so that each keeps a thread busy."""
        return min(n_threads, n_models, multiplications // self.thread_multiplications)


CPU = Budget()
# A call is a launch, which takes longer than the arithmetic of a small model: models of
# one shape train in one stack, in one thread. No GPU was at hand to measure it.
GPU = replace(CPU, stack_models=1000, thread_multiplications=2**62)
BUDGETS = {"cpu": CPU, "cuda": GPU, "mps": GPU, "xpu": GPU}
