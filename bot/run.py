"""What `qunzhu run` does: the bot on its gateway, until Ctrl-C."""

from __future__ import annotations

import asyncio
import gc
import signal
from contextlib import AsyncExitStack
from functools import partial
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from bot.app import App, running
from bot.chat.wechaty.adapter import WechatyChat
from bot.clock import Clock
from bot.config import Config
from bot.core.errors import RefusedError, TokenRefusedError
from bot.demo import TOKEN, Demo, demo_clock
from bot.doctor import require_folder
from bot.lease import require_free
from bot.materials import Content, open_chat, open_store, read_content
from bot.terminal.mouthpiece import Mouthpiece, read_lines
from bot.terminal.transcript import Transcript
from bot.terminal.window import Window
from bot.web.opening import opened
from bot.web.premises import Premises, taken
from storage import accounts
from storage.store import Store


async def run(config: Config) -> None:
    """Serve until the first SIGINT or SIGTERM; faults of the set-up are raised before anything is sent."""
    content = read_content(config)
    require_folder(config.path(config.storage.folder))
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # Its ports are taken, too: what the other process is comes first.
    require_free(config.database, config.chat.account)
    async with AsyncExitStack() as stack:
        premises = stack.enter_context(taken(config)) if config.web.served else None
        store = await stack.enter_async_context(open_store(config))
        if config.chat.gateway == "sandbox":
            await _sandbox(config, content, store, premises, stack, stop)
        else:
            await _gateway(config, content, store, premises, stack, stop)


async def _gateway(
    config: Config,
    content: Content,
    store: Store,
    premises: Premises | None,
    stack: AsyncExitStack,
    stop: asyncio.Event,
) -> None:
    """A real account behind a puppet service."""
    clock = Clock(config.clock.start, config.clock.speed or 1.0)
    chat = open_chat(config, clock, config.chat.endpoint, config.chat.token.get_secret_value())
    await _probe(chat, config.chat.endpoint)
    app = await stack.enter_async_context(running(App(config, content, store, clock, chat)))
    spare_the_loop()
    console = Window(stop.set)
    _remark(console, content, "terminal/running", brand=config.brand.name, endpoint=config.chat.endpoint)
    if app.claim_code:
        _remark(console, content, "terminal/claim", code=app.claim_code)
    if premises is not None:
        link = partial(_remark, console, content, "terminal/console" if config.web.local else "terminal/login")
        await stack.enter_async_context(opened(config, app, None, premises, lambda address: link(link=address)))
    await _until(stop, app)
    _remark(console, content, "terminal/bye")


async def _probe(chat: WechatyChat, endpoint: str) -> None:
    """Nothing is begun at a gateway that is not there or does not know us."""
    try:
        await chat.probe()
    except TokenRefusedError as error:
        hint = "put your puppet service's token into the environment variable QUNZHU_CHAT__TOKEN"
        raise RefusedError(str(error), where=endpoint, hint=hint) from error


async def _sandbox(
    config: Config,
    content: Content,
    store: Store,
    premises: Premises | None,
    stack: AsyncExitStack,
    stop: asyncio.Event,
) -> None:
    """The embedded demo, with its transcript."""
    lived_until = await store.read(accounts.lived_until, config.chat.account)
    clock = demo_clock(config, lived_until)
    began = clock()
    demo = Demo(config)
    endpoint = await demo.start()
    stack.push_async_callback(demo.stop)
    zone = ZoneInfo(config.plan.zone)
    transcript = Transcript(Window(stop.set), demo.world, clock, zone, content.renderer)
    chat = open_chat(config, clock, endpoint, TOKEN)
    app = await stack.enter_async_context(running(App(config, content, store, clock, chat, transcript.tagged)))
    spare_the_loop()
    first = await store.read(accounts.first_seen_at, config.chat.account)
    owner, control = demo.script.owner_id, demo.script.control
    transcript.note(
        "terminal/welcome",
        brand=config.brand.name,
        now=began,
        speed=f"{clock.speed:g}",
        who=demo.world.person(owner).name,
        where=control.topic,
    )
    if app.claim_code:
        transcript.note("terminal/claim", code=app.claim_code)
    demo.world.subscribe(transcript.show)
    listening = asyncio.create_task(_listening(app))
    stack.push_async_callback(_end, listening)
    await _until(stop, app, listening)
    if not stop.is_set():
        # On a slow machine the evening begins when somebody listens. Nobody has moved time yet: the page is closed.
        clock.jump(began)
        if premises is not None:
            page = partial(transcript.note, "terminal/page")
            await stack.enter_async_context(opened(config, app, demo, premises, lambda address: page(link=address)))
        mouthpiece = Mouthpiece(demo.world, transcript, owner, control.id)
        first_day = (first or began).astimezone(zone).date()
        read_lines(mouthpiece.say)
        play = asyncio.create_task(demo.play(clock, began, first_day, app.claim_code))
        stack.push_async_callback(_end, play)
        await _until(stop, app, play)
    transcript.end("terminal/bye")


def spare_the_loop() -> None:
    """Keep what was built at the start out of every later garbage collection.

    Modules, tables and templates never die; a full collection that walks them all blocks the loop for 80 ms.
    """
    gc.collect()
    gc.freeze()


async def _listening(app: App) -> None:
    """Return once the bot hears the gateway: before, every line would be said to nobody."""
    while not app.inbound.connected:
        await app.clock.real_sleep(0.02)


async def _until(stop: asyncio.Event, app: App, *plays: asyncio.Task[None]) -> None:
    """Wait for the signal, or for whatever ends the bot; its error is raised here."""
    stopping, living = asyncio.ensure_future(stop.wait()), asyncio.ensure_future(app.wait())
    done, _waiting = await asyncio.wait({stopping, living, *plays}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    living.cancel()
    for task in done - {stopping}:
        task.result()


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _remark(console: Console, content: Content, template: str, **data: object) -> None:
    console.print(Text(content.renderer.reply(template, data)), highlight=False)
