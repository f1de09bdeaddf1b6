// PostgreSQL on the same machine in the same run, where it is installed: pgbench's TPC-B-like
// payments, and the tables' work of an IOU over as many connections as the server has.
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
            as psql -q -h "$data" bench <<'SQL'
            CREATE TABLE counters (id int PRIMARY KEY, net numeric, low numeric, head bytea);
            INSERT INTO counters SELECT n, 1000000000, 0, NULL FROM generate_series(1, 1000) n;
            CREATE TABLE instructions (hash bytea PRIMARY KEY, document bytea, transaction bytea);
            CREATE TABLE transactions (hash bytea PRIMARY KEY, document bytea);
            SQL
            cat > "$data/iou.sql" <<'SQL'
            \\set a random(1, 500)
            \\set b random(501, 1000)
            \\set n random(1, 9000000000000000000)
            BEGIN;
            INSERT INTO instructions VALUES (sha256(int8send(:n)), decode(repeat('00', 700), 'hex'),
              sha256(int8send(-:n)));
            UPDATE counters SET net = net - 1, head = sha256(int8send(-:n)) WHERE id = :a AND net - 1 >= low;
            UPDATE counters SET net = net + 1, head = sha256(int8send(-:n)) WHERE id = :b;
            INSERT INTO transactions VALUES (sha256(int8send(-:n)), decode(repeat('00', 1200), 'hex'));
            COMMIT;
            SQL
            chmod a+r "$data/iou.sql"
            as pgbench -h "$data" -n -c 64 -j 2 -T 10 -f "$data/iou.sql" bench 2>/dev/null | grep '^tps'
            """
    }

    func run(_ show: (String, String) -> Void) throws {
        let output = directory + "/pgbench"
        let run = try ProcessRun.run(["/bin/sh", "-c", script], output: output)
        guard run.status == 0 else {
            return show("pgbench", "not measured: PostgreSQL is not installed here")
        }
        let lines = String(
            decoding: try FileSystem.read(output, limit: 4096), as: UTF8.self
        ).split(separator: "\n")
        let names = [
            "pgbench, TPC-B-like, synchronous_commit=on",
            "pgbench, an IOU's tables, 64 connections, no signatures",
        ]
        for (name, line) in zip(names, lines) { show(name, String(line)) }
    }
}
