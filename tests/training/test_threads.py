"""Threads: one per stack, and the caller keeps its own number."""

import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import nn

from skloss.training import (
    UserModule,
    one_thread,
    threads,
    train,
)
from skloss.training.module_stack import ModuleStack
from tests.training.models import model, table


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_process_forked_while_others_train_can_train_too():
    X, y = table(60)
    models = [model(X, y, architecture=UserModule(nn.Linear))]
    process = multiprocessing.get_context("fork").Process(target=train, args=(models,))
    with threads._lock, ModuleStack._generator:  # as other threads may hold them
        process.start()
    process.join(30)
    process.kill()
    process.join()
    assert process.exitcode == 0


def test_new_threads_start_with_the_count_from_before_training():
    def in_a_new_thread(function, *args):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(function, *args).result()

    X, y = table(60)
    before, own = in_a_new_thread(torch.get_num_threads), torch.get_num_threads()
    torch.set_num_threads(1)  # of this thread
    in_a_new_thread(torch.set_num_threads, 2)  # of those to come
    train([model(X, y)])
    found = in_a_new_thread(torch.get_num_threads)
    torch.set_num_threads(own)
    in_a_new_thread(torch.set_num_threads, before)
    assert found == 2


def test_torch_has_one_thread_until_the_context_ends():
    inside, leave = threading.Event(), threading.Event()
    seen = {}

    def other():
        with one_thread():
            inside.set()
            leave.wait(30)
            seen["other"] = torch.get_num_threads()

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    thread = threading.Thread(target=other)
    with one_thread():
        thread.start()
        inside.wait(30)
        seen["own"] = torch.get_num_threads()
    seen["after"] = torch.get_num_threads()
    leave.set()
    thread.join()
    seen["at last"] = torch.get_num_threads()
    torch.set_num_threads(before)
    assert seen == {"own": 1, "after": 2, "other": 1, "at last": 2}
