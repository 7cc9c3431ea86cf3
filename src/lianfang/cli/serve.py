"""``lianfang serve``: makes the database ready and serves the office."""

from __future__ import annotations

import errno
import signal
import socket
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from lianfang.cli import drilling, life
from lianfang.cli.output import complain, json_option, print_json, say, stop, table
from lianfang.store import place

if TYPE_CHECKING:
    from lianfang.office.views import DemoAccount


@click.command()
@click.option("--demo", is_flag=True, help="带上演示人员和账号。 With the demo's people and their accounts.")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址。 Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="端口，0 为任一空闲端口。 Port; 0 for any that is free."
)
@click.option(
    "--life/--empty", "lived", default=True, show_default=True,
    help="新的演示单位带一年的模拟生活，或没有办件。 A new demo office has a simulated year behind it, or no cases.",
)  # fmt: skip
@json_option
def serve(demo: bool, host: str, port: int, lived: bool, as_json: bool) -> None:
    """启动系统。 Serve the office."""
    held = _bound(host, port)
    signal.signal(signal.SIGTERM, _leave)
    _move_in(demo and lived, quiet=as_json)
    from lianfang.cli.setup import set_up  # noqa: PLC0415 a taken port is told before any other work

    set_up()
    from lianfang.office import accounts, engine, installation, sweep  # noqa: PLC0415

    try:
        installation.install(demo)
    except installation.RefutedError as refuted:
        for fault in refuted.faults:
            click.echo(f"✗ {fault.zh} / {fault.en}", err=True)
        _close()
        stop(
            "事项目录未通过检查，新版本没有发布。",
            "`lianfang check` refutes the catalogue: no new version was published.",
        )
    engine.engine().run(sweep.sweep_quietly)
    from lianfang.cli.server import server_on  # noqa: PLC0415

    server = server_on(held)
    address = f"http://{f'[{host}]' if ':' in host else host}:{held.getsockname()[1]}/"
    shown = accounts.demo_accounts() if demo else ()
    drills = drilling.begin(engine.engine().catalogue) if demo and lived else None
    engine.keep_loaded()
    try:  # from here on: who reads the address may stop the service at once
        if as_json:
            print_json({"address": address, "accounts": [_described(account) for account in shown]})
        else:
            _welcome(address, shown)
            if drills is not None:
                say(
                    "正在后台演练全部违规，几分钟后登记册显示结果。",
                    "All drills run in the background: in a few minutes the register tells how they went.",
                )
        server.run()
    finally:
        if drills is not None:
            drilling.end(drills)
        _close()


def _move_in(lived: bool, *, quiet: bool) -> None:
    """Give a new demo office its year of life, and say so; finish or throw away what an earlier start left of one."""
    folder = place.folder()
    broken = life.mend(folder) and not quiet
    if not lived or not life.is_new(folder):
        return
    if broken:
        say("上次生成模拟生活时中断，现重新生成。", "Making the simulated life was broken off last time: it is made anew.")
    if not quiet:
        say(
            f"正在为演示单位生成一年的模拟办件（约 {life.CASES} 件，另有履责），只做一次，约一分钟；--empty 则没有。",
            f"Making a simulated year of the demo office ({life.CASES} cases, and duties), once, in about a minute; --empty for none.",
        )
    if life.make(folder, life.CASES, life.SEED, life.MISCONDUCT) is None:
        complain("模拟办件没有生成，演示单位从空白开始。", "The simulated year could not be made: the demo office begins empty.")


def _bound(host: str, port: int) -> socket.socket:
    """The socket to listen on, taken at once, so that nobody takes it in between."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        held = socket.socket(family, kind)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(address)
    except socket.gaierror:
        stop(f"没有地址“{host}”，请用 --host 换一个。", f"There is no address {host!r}: choose another with --host.")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < 65535 else port - 1  # noqa: PLR2004 the last port there is
            stop(f"端口 {port} 已被占用，请换一个：make run PORT={other}。", f"Port {port} is taken, use another: make run PORT={other}.")
        stop(f"不能在 {host} 的端口 {port} 上监听，请换一个。", f"Can't listen on port {port} of {host} ({error.strerror}): use another.")
    return held


def _welcome(address: str, accounts: tuple[DemoAccount, ...]) -> None:
    click.echo(f"\n廉防已启动。 Lianfang is running.\n\n  {address}\n")
    if accounts:
        click.echo("演示账号（人员均为虚构）。 Demo accounts (all people are fictional).\n")
        first = [account for account in accounts if account.first] or accounts
        heads = ("账号 login", "密码 password", "姓名 name", "单位 unit", "岗位 posts")
        table([heads, *(_line(account) for account in first)])
        more = len(accounts) - len(first)
        if more:
            click.echo()
            say(f"另有 {more} 个账号，见登录页：{address}login/", f"{more} more are on the page on which you sign in.")
        click.echo()


def _line(account: DemoAccount) -> tuple[str, ...]:
    posts = "、".join(post.zh for post in account.posts), ", ".join(post.en for post in account.posts)
    name, unit = account.name, account.unit
    return account.login, account.password, f"{name.zh} {name.en}", f"{unit.zh} {unit.en}", f"{posts[0]} {posts[1]}"


def _described(account: DemoAccount) -> dict[str, Any]:
    return {
        "login": account.login, "password": account.password, "name": account.name._asdict(), "unit": account.unit._asdict(),
        "posts": [post._asdict() for post in account.posts],
    }  # fmt: skip


def _leave(number: int, frame: FrameType | None) -> None:
    """Whoever stops the service is obeyed: the server ends its loop on this, after the commands in hand were answered."""
    raise SystemExit(0)


def _close() -> None:
    from lianfang.office import engine  # noqa: PLC0415

    engine.reset()
