"""`python -m benchmarks [--quick]`: prints the figures README quotes, in about 35 minutes."""

import argparse
import signal
import sys
import time

from . import (
    cluster,
    cold_start,
    console_lag,
    designs,
    first_event,
    herd,
    logs,
    prompt_cache,
    recovery,
    run_page,
    rush,
    scale,
    ten_thousand,
)
from .context import describe
from .herds import show_herds, show_one_run
from .plan import QUICK, Plan
from .processes import simulator


def main() -> int:
    """Measure and print; returns 1 if a run did not come to its end."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers, faster models")
    plan = QUICK if parser.parse_args().quick else Plan()
    # As an exception, so that the processes under test are stopped on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    print(*describe(plan.speed), sep="\n", flush=True)
    with simulator(plan.speed) as bedrock:
        cold_start.show_cold_starts(cold_start.measure(plan, bedrock))
        first_event.show_first_events(first_event.measure(plan, bedrock))
        recovery.show_recoveries(recovery.measure(plan, bedrock))
        cluster.show_clusters(cluster.measure(plan, bedrock))
        herds = [herd.measure(plan, bedrock, size) for size in plan.herds]
        show_one_run(herds[0])
        herds += [herd.measure(plan, bedrock, size, deltas=True) for size in plan.herds_with_deltas]
        console_lag.show_lags(console_lag.measure(plan, bedrock))
        ten_thousand.show_lists(ten_thousand.measure(plan, bedrock), plan.listed)
    show_herds(herds)
    loads = scale.measure(plan)
    scale.show_loads(loads, plan)
    rush.show_rush(rush.measure(plan), plan)
    designs.show_designs(designs.measure(plan), plan.designs_speed)
    logs.show_logs(logs.measure(plan))
    run_page.show_clicks(run_page.measure(plan))
    prompt_cache.show_prompt_cache()
    print(f"\nMeasured in {time.monotonic() - began:.0f} s.")
    whole = [len(each.told) == each.started for each in herds]
    whole += [len(each.told) == each.load.runs for each in loads]
    return 0 if all(whole) else 1


if __name__ == "__main__":
    sys.exit(main())
