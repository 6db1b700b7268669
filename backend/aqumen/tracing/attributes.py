"""What spans say, in OpenTelemetry's words for generative models where it has some.

Never a topic, a prompt or an answer: traces go to places that runs do not.
"""

from aqumen.events import Call, Failed, Final, Retry, Sample, Step, StepStarted, Usage

Attributes = dict[str, str | bool | int | float | list[str]]


def of_call(call: Call) -> Attributes:
    """Return what is said of an answered model call."""
    said: Attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "aws.bedrock",
        "gen_ai.request.model": call.model,
        "gen_ai.response.finish_reasons": [call.stop_reason],
        "gen_ai.output.type": "json" if call.used_tool else "text",
        "aqumen.call.tries": call.tries,
        "aqumen.call.cost_usd": call.cost_usd,
        **_of_usage(call.usage),
    }
    if call.first_token_seconds is not None:
        said["gen_ai.response.time_to_first_chunk"] = call.first_token_seconds
    return said


def of_begun(event: StepStarted | Step) -> Attributes:
    """Return what is known of a step when it begins."""
    return {
        "aqumen.step.number": event.step_number,
        "aqumen.step.attempt": event.attempt,
        "aqumen.step.description": event.description,
    }


def of_step(step: Step) -> Attributes:
    """Return what is said of a step's answer; of several, the last stands."""
    failed = [check.name for check in step.checks if not check.passed]
    return {
        "aqumen.step.answer": step.answer,
        "aqumen.step.success": step.success,
        "aqumen.step.failed_checks": failed,
        "aqumen.step.cost_usd": step.cost_usd,
    }


def of_sample(sample: Sample) -> Attributes:
    """Return what is said of one more answer."""
    return {
        "aqumen.step.attempt": sample.attempt,
        "aqumen.sample.phase": sample.phase,
        "aqumen.sample.tier": sample.tier,
        "aqumen.sample.index": sample.index,
        "aqumen.sample.outcome": sample.outcome,
    }


def of_retry(retry: Retry) -> Attributes:
    """Return what is said of a call that failed and is tried again."""
    return {
        "error.type": retry.code,
        "aqumen.call.number": retry.call,
        "aqumen.call.try": retry.try_,
        "aqumen.retry.wait_seconds": retry.wait_seconds,
    }


def of_end(final: Final) -> Attributes:
    """Return what is said of a run that has a result."""
    return {
        "aqumen.run.success": final.success,
        "aqumen.run.attempts": final.total_attempts,
        "aqumen.run.cost_usd": final.metadata.cost_usd,
        "aqumen.run.model_calls": final.metadata.model_calls,
        **_of_usage(final.metadata.usage),
    }


def of_failure(failed: Failed) -> Attributes:
    """Return what is said of a run that has none."""
    return {
        "error.type": failed.code,
        "aqumen.run.success": False,
        "aqumen.run.cost_usd": failed.cost_usd,
        "aqumen.run.model_calls": failed.model_calls,
        **_of_usage(failed.usage),
    }


def _of_usage(usage: Usage) -> Attributes:
    # By convention the input is all of it; ours is what was neither read from a cache nor written.
    cached = usage.cache_read_tokens + usage.cache_write_tokens
    return {
        "gen_ai.usage.input_tokens": usage.input_tokens + cached,
        "gen_ai.usage.output_tokens": usage.output_tokens,
        "gen_ai.usage.cache_read.input_tokens": usage.cache_read_tokens,
        "gen_ai.usage.cache_creation.input_tokens": usage.cache_write_tokens,
    }
