"""Fold a run's events into its board."""

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from . import wire
from .board import Board
from .stream import Message
from .values import Answer, StepCard, Writing


def fold(board: Board, messages: Iterable[Message]) -> Board:
    """Return the board after these messages; what it has seen before changes nothing."""
    for message in messages:
        if message.seq and message.seq <= board.seq:
            continue
        event = wire.read(message.name, message.data)
        if event is not None:
            board = _after(board, event)
        if message.seq:
            stamp = str(message.data.get("timestamp", "")) or board.heard
            board = replace(board, seq=message.seq, heard=stamp)
    return board


def _after(board: Board, event: wire.Event) -> Board:
    match event:
        case wire.StepStarted():
            return _begun(board, event)
        case wire.Step():
            return _answered(board, event)
        case wire.Retry():
            return _retried(board, event)
        case wire.Delta():
            return _wrote(board, event)
        case wire.Done() | wire.Failed():
            return _ended(board, event)
        case _:
            return _noted(board, event)


def _noted(
    board: Board,
    event: wire.Start | wire.Queued | wire.Progress | wire.Sample | wire.Gate | wire.Final,
) -> Board:
    match event:
        case wire.Start():
            return replace(board, start=event)
        case wire.Queued():
            return replace(board, position=event.position)
        case wire.Progress():
            return replace(board, progress=event)
        case wire.Sample():
            return replace(board, samples=(*board.samples, event))
        case wire.Gate():
            return replace(board, gates=(*board.gates, event))
        case wire.Final():
            return replace(board, final=event)
    assert_never(event)


def _begun(board: Board, event: wire.StepStarted) -> Board:
    card = _card(board, event.attempt, event.step_number)
    card = replace(card, description=event.description, model=event.model, started=event.timestamp)
    return _with_card(_closed(board, before=event.attempt), card)


def _answered(board: Board, event: wire.Step) -> Board:
    card = _card(board, event.attempt, event.step_number)
    answer = replace(_answer(card, event.answer), done=event, writing={})
    card = replace(card, description=event.description, model=event.model)
    return _with_card(board, _with_answer(card, answer))


def _retried(board: Board, event: wire.Retry) -> Board:
    card = _card(board, event.attempt, event.step_number)
    latest = max((answer.number for answer in card.answers), default=1)
    answer = _answer(card, event.answer or latest)
    writing = {call: text for call, text in answer.writing.items() if call != event.call}
    answer = replace(answer, writing=writing, retries=(*answer.retries, event))
    return _with_card(board, _with_answer(card, answer))


def _wrote(board: Board, event: wire.Delta) -> Board:
    if board.over:
        return board
    card = _card(board, event.attempt, event.step_number)
    answer = _answer(card, event.answer)
    if answer.done is not None:
        return board
    written = answer.writing.get(event.call, Writing()).add(event)
    answer = replace(answer, writing={**answer.writing, event.call: written})
    return _with_card(board, _with_answer(card, answer))


def _ended(board: Board, event: wire.Done | wire.Failed) -> Board:
    board = _closed(replace(board, end=event))
    if isinstance(event, wire.Done) or event.code == "cancelled":
        return board
    card = board.last_card(event.step_number)
    return _with_card(board, replace(card, broke=event.error)) if card else board


def _closed(board: Board, before: int | None = None) -> Board:
    """Close the cards of attempts that came before one, or all."""
    cards = {
        key: replace(card, closed=card.closed or before is None or card.attempt < before)
        for key, card in board.cards.items()
    }
    return replace(board, cards=cards)


def _card(board: Board, attempt: int, number: int) -> StepCard:
    return board.cards.get((attempt, number)) or StepCard(number, attempt)


def _answer(card: StepCard, number: int) -> Answer:
    return next((each for each in card.answers if each.number == number), Answer(number))


def _with_answer(card: StepCard, answer: Answer) -> StepCard:
    others = [each for each in card.answers if each.number != answer.number]
    ordered = sorted([*others, answer], key=lambda each: each.number)
    return replace(card, answers=tuple(ordered))


def _with_card(board: Board, card: StepCard) -> Board:
    return replace(board, cards={**board.cards, (card.attempt, card.number): card})
