"""The clients of bsv-sdk and bitcoinx against our service of headers. Run by Tests/Judges/headers.

usage: headers_clients.py URL TOKEN
"""
import asyncio, json, sys, urllib.request

from bitcoinx import BitcoinRegtest, Headers, deserialized_header
from bsv.chaintrackers.block_headers_service import BlockHeadersService, BlockHeadersServiceConfig
from bsv.headers_client.client import HeadersClient

url, token = sys.argv[1:]
passed = failed = 0


def check(good, what, *shown):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED", what, *shown)


def fetch(path):
    request = urllib.request.Request(url + path, headers={"Accept": "application/octet-stream"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


raw = b""
while True:
    part = fetch(f"/api/v1/chain/header/byHeight?height={len(raw) // 80}&count=100")
    raw += part
    if len(part) < 8000:
        break
tip = len(raw) // 80 - 1
plain = [deserialized_header(raw[at:at + 80], at // 80) for at in range(0, len(raw), 80)]


class Unwrapped:
    """A client of HTTP that gives the body as it is: one of the two reads it so."""

    async def fetch(self, target, options):
        data = json.dumps(options["data"]).encode() if "data" in options else None
        request = urllib.request.Request(target, data, options["headers"], method=options["method"])
        with urllib.request.urlopen(request) as answer:
            body = json.loads(answer.read())
            answer.ok, answer.json = True, lambda: body
            return answer


def by_bitcoinx():
    """Every header is linked, has its work, and the work of the whole is what we say."""
    chain = Headers(BitcoinRegtest)
    for header in plain[1:]:
        chain.connect(header.raw, check_work=True)
    longest = chain.longest_chain()
    check(longest.tip().hash == plain[-1].hash and longest.tip().height == tip, "bitcoinx connects all headers")
    with urllib.request.urlopen(url + "/api/v1/chain/tip/longest") as answer:
        told = json.load(answer)
    check(told["chainWork"] == longest.tip_chainwork if hasattr(longest, "tip_chainwork") else told["chainWork"] == 2 * (tip + 1), "the work", told)
    check(told["header"]["hash"] == plain[-1].hex_str() if hasattr(plain[-1], "hex_str") else told["height"] == tip, "the tip", told)


async def by_sdk():
    client = HeadersClient(url, token)
    check(await client.current_height() == tip, "HeadersClient: height")
    for height in range(0, tip + 1, 17):
        root = plain[height].merkle_root[::-1].hex()
        check(await client.is_valid_root_for_height(root, height), f"HeadersClient: root {height}")
        check(not await client.is_valid_root_for_height(root, height + 1), f"HeadersClient: another height, {height}")
        header = await client.block_by_height(height)
        check((header.hash, header.nonce, header.bits, header.timestamp) == (
            plain[height].hash[::-1].hex(), plain[height].nonce, plain[height].bits, plain[height].timestamp), f"HeadersClient: header {height}", header)
        state = await client.get_block_state(header.hash)
        check((state.state, state.height) == ("LONGEST_CHAIN", height), f"HeadersClient: state {height}", state)
        check(header.merkle_root == root, f"HeadersClient: the header's root {height}", header)
    roots, key = [], None
    while True:
        page = await client.get_merkle_roots(50, key)
        if not page:
            break
        roots += page
        key = page[-1].merkle_root
    check([item.block_height for item in roots] == list(range(tip + 1)), "HeadersClient: all roots", len(roots))
    hook = await client.register_webhook("https://hooks.example/headers", "secret")
    check((hook.url, hook.active) == ("https://hooks.example/headers", True), "HeadersClient: a webhook", hook)
    check((await client.get_webhook(hook.url)).active, "HeadersClient: is there")
    await client.unregister_webhook(hook.url)
    try:
        await client.get_webhook(hook.url)
        check(False, "HeadersClient: removed")
    except Exception:
        check(True, "HeadersClient: removed")
    try:
        await HeadersClient(url, "false").get_webhook(hook.url)
        check(False, "HeadersClient: a false token")
    except Exception:
        check(True, "HeadersClient: a false token")
    tracker = BlockHeadersService(url, BlockHeadersServiceConfig(api_key=token))
    check(await tracker.current_height() == tip, "BlockHeadersService: height")
    tracker = BlockHeadersService(url, BlockHeadersServiceConfig(http_client=Unwrapped(), api_key=token))
    root = plain[5].merkle_root[::-1].hex()
    check(await tracker.is_valid_root_for_height(root, 5) and not await tracker.is_valid_root_for_height(root, 6), "BlockHeadersService: a root")


by_bitcoinx()
asyncio.run(by_sdk())
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
