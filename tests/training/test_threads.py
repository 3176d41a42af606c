"""Threads: one per stack, and the caller keeps its own number."""

import io
import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import nn

from skloss import TorchRegressor
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


@pytest.fixture
def host_of_eight_cores(monkeypatch):
    """Eight cores, no quota, no limit by the environment; returns files to fake."""
    files, really_open, really_exists = {}, open, os.path.exists

    def fake_open(path, *args, **kwargs):
        if str(path).startswith("/sys/fs/cgroup"):
            return io.StringIO(files[path])
        return really_open(path, *args, **kwargs)

    def exists(path):
        if str(path).startswith("/sys/fs/cgroup"):
            return path in files
        return really_exists(path)

    monkeypatch.setattr("builtins.open", fake_open)
    monkeypatch.setattr(os.path, "exists", exists)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.delenv("LOKY_MAX_CPU_COUNT", raising=False)
    return files


def test_all_cores_count_without_a_limit(host_of_eight_cores):
    assert threads.n_cores() == 8


def test_the_affinity_mask_limits_the_cores(host_of_eight_cores, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {1, 5, 6})
    assert threads.n_cores() == 3


def test_an_environment_variable_limits_the_cores(host_of_eight_cores, monkeypatch):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")
    assert threads.n_cores() == 2


def test_a_quota_of_cgroup_v2_limits_the_cores(host_of_eight_cores):
    host_of_eight_cores["/sys/fs/cgroup/cpu.max"] = "150000 100000\n"
    assert threads.n_cores() == 2  # one and a half, rounded up


def test_a_quota_of_cgroup_v1_limits_the_cores(host_of_eight_cores):
    host_of_eight_cores["/sys/fs/cgroup/cpu/cpu.cfs_quota_us"] = "300000\n"
    host_of_eight_cores["/sys/fs/cgroup/cpu/cpu.cfs_period_us"] = "100000\n"
    assert threads.n_cores() == 3


def test_shared_out_work_covers_every_item_without_gradients(monkeypatch):
    monkeypatch.setattr(threads, "n_cores", lambda: 3)
    seen = []

    def work(item):
        seen.append((item, torch.is_grad_enabled(), torch.get_num_threads()))

    threads.share_out(work, range(10))
    assert sorted(seen) == [(item, False, 1) for item in range(10)]


def test_a_large_table_is_predicted_in_threads_as_row_by_row():
    X = np.random.default_rng(0).normal(size=(60_000, 3))
    fitted = TorchRegressor(max_iter=2, random_state=0).fit(X[:500], X[:500, 0])
    pieces = [fitted.predict(part) for part in np.array_split(X, 60)]
    np.testing.assert_allclose(fitted.predict(X), np.concatenate(pieces), rtol=1e-9)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_predicts_and_fits_as_its_parent_did():
    X = np.random.default_rng(0).normal(size=(400, 3))
    model = TorchRegressor(max_iter=2, random_state=0).fit(X, X[:, 0])
    expected = model.predict(X)

    def child():
        np.testing.assert_array_equal(model.predict(X), expected)
        model.fit(X, X[:, 0])
        np.testing.assert_array_equal(model.predict(X), expected)

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    model.predict(X)
    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join(30)
    torch.set_num_threads(before)
    process.kill()
    process.join()
    assert process.exitcode == 0
