// PostgreSQL on the same machine in the same run, where it is installed: pgbench's TPC-B-like
// payments.
import Files
import Glibc

/// A throw-away cluster, `pgbench` against it, and nothing left behind.
struct PostgresComparison {
    private let directory: String
    private let script: String

    init(directory: String) {
        self.directory = directory
        // PostgreSQL refuses to run as root: then it runs as the user that its package makes.
        script = """
            set -eu
            bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
            command -v pgbench >/dev/null
            data=$(mktemp -d /tmp/wallet-bench-pg-XXXXXX)
            as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
            if [ "$(id -u)" = 0 ]; then chown postgres "$data"; fi
            trap 'as "$bin/pg_ctl" -D "$data/db" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$data"' EXIT
            as "$bin/initdb" -D "$data/db" -A trust >/dev/null
            as "$bin/pg_ctl" -w -D "$data/db" -l "$data/log" \
              -o "-k $data -c listen_addresses= -c synchronous_commit=on" start >/dev/null
            as createdb -h "$data" bench
            as pgbench -h "$data" -i -q -s 10 bench >/dev/null 2>&1
            as pgbench -h "$data" -c 8 -j 2 -T 10 bench 2>/dev/null | grep '^tps'
            """
    }

    func run(_ show: (String, String) -> Void) throws {
        let output = directory + "/pgbench"
        let run = try ProcessRun.run(["/bin/sh", "-c", script], output: output)
        guard run.status == 0 else {
            return show("pgbench", "not measured: PostgreSQL is not installed here")
        }
        let line =
            String(
                decoding: try FileSystem.read(output, limit: 4096), as: UTF8.self
            ).split(separator: "\n").first ?? ""
        show("pgbench, TPC-B-like, synchronous_commit=on", String(line))
    }
}
