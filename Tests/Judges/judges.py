"""What `run` says: makes a wallet, and lets programs of others judge it and what is changed in it."""
import os, random, shutil, sys, time, traceback
import bitcoin, log, maker, rfc6962


class Score:
    """Counts what was accepted, and refused, as it must be: what is refused counts once for all changes of a thing."""

    def __init__(self):
        self.passed = self.failed = self.changes = 0

    def check(self, good, what, reason=""):
        self.passed, self.failed = self.passed + good, self.failed + (not good)
        if not good and self.failed <= 60:
            print(f"FAILED {what}" + f"\n    {reason}" * (reason != ""), flush=True)

    def accepts(self, what, judge, *arguments):
        try:
            value = judge(*arguments)
        except Exception as error:
            self.check(False, what, f"refused: {error!r}")
            return None
        self.check(True, what)
        return value

    def refuses(self, what, judge, changes):
        """The same judge has accepted what was not changed: that it raises means that it refuses."""
        accepted, count = [], 0
        for count, arguments in enumerate(changes, 1):
            try:
                judge(*arguments)
                accepted.append(count)
            except Exception:
                self.changes += 1
        self.check(count and not accepted, what, f"accepted of {count} changes: {accepted[:20]}")


class Case:
    """The wallet before the judges, and what they have found out about it."""

    def __init__(self, wallet, seed):
        self.wallet, self.random, self.counts = wallet, random.Random(seed), maker.STACKS
        self.key = wallet("checkpoint", "--key").decode().strip()
        self.public = rfc6962.decode64(self.key.split("+", 2)[2])[1:]
        self.segments, self.states = wallet.segments(), []

    def flipped(self, data, at=None, bit=None):
        """`data` with one bit changed: any, where none is named."""
        at = self.random.randrange(len(data)) if at is None else at
        bit = self.random.randrange(8) if bit is None else bit
        return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1:]


def main():
    words = sys.argv[1:]
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.build/debug/wallet")
    if len(words) == 2 and words[0] == "--wallet":
        program = words[1]
    elif words:
        raise SystemExit("usage: Tests/Judges/run [--wallet PROGRAM]")
    program = os.path.abspath(program)
    if not os.access(program, os.X_OK):
        raise SystemExit(f"no program at {program}: swift build")
    seed = int(os.environ.get("JUDGES_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"seed {seed}: JUDGES_SEED={seed} repeats it", flush=True)
    score, wallet, case = Score(), maker.Wallet(program), None
    for name, part in (
        ("bitcoinx pays", maker.make), ("ledger.py, segments", log.segments),
        ("bitcoinx, signatures", bitcoin.signatures), ("bitcoinx, headers", bitcoin.headers),
        ("bsv-sdk, BUMP", bitcoin.bumps), ("bitcoinx, TSC", bitcoin.tscs),
        ("rfc6962.py, vectors", log.vectors), ("rfc6962.py, checkpoints", log.checkpoints),
        ("rfc6962.py, tlog proofs", log.proofs), ("rfc6962.py, tiles", log.tiles),
        ("rfc6962.py, consistency", log.consistency), ("rfc6962.py, balances and absence", log.counters),
    ):
        passed, failed, begin = score.passed, score.failed, time.monotonic()
        try:
            if part is maker.make:
                part(score, wallet)
            else:
                case = case or Case(wallet, seed)
                part(score, case)
        except Exception:
            score.check(False, f"{name} went on to the end", traceback.format_exc())
            break
        finally:
            print(f"-- {name}: {score.passed - passed} passed, {score.failed - failed} failed, "
                  f"{time.monotonic() - begin:.1f} s", flush=True)
    if score.failed:
        print(f"the wallet is left in {wallet.folder}")
    else:
        shutil.rmtree(wallet.root)
    print(f"{score.changes} changes refused")
    print(f"{score.passed} passed, {score.failed} failed")
    sys.exit(score.failed > 0)


if __name__ == "__main__":
    main()
