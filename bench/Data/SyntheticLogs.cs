using System.Globalization;

namespace Observability.Bench.Data;

/// <summary>
/// Seeded log records of data pipelines: 200 pipelines, 12 teams, 20 sources, 50 tasks, 96 resources, 10 kinds of line; 12 attributes and about 135 bytes of
/// text a record, 8 attributes a resource. The same seed gives the same bytes. Real logs have more kinds of lines, so sizes on disk are optimistic.
/// </summary>
internal sealed class SyntheticLogs(int seed, DateTimeOffset? start = null)
{
    private const int Pipelines = 200;
    private const int Teams = 12;
    private const int Sources = 20;
    private const int Tasks = 50;
    private const int Resources = 96;
    private const int OneInSoManyIsAWarning = 20;
    private const int OneInSoManyIsAnError = 50;

    private static readonly string[] s_environments = ["prod", "prod", "prod", "staging", "dev"];
    private static readonly DateTimeOffset s_start = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    private readonly Random _random = new(seed);
    private long _time = (start ?? s_start).ToUnixTimeMilliseconds() * 1_000_000;

    public SyntheticBatch Next(int records)
    {
        var resource = ResourceAttributes(_random.Next(Resources));
        return new SyntheticBatch(resource, [.. Enumerable.Range(0, records).Select(_ => NextRecord())]);
    }

    private static SyntheticAttribute[] ResourceAttributes(int number) =>
    [
        new("service.name", $"pipeline-worker-{number % 24}"),
        new("service.version", $"4.{number % 7}.1"),
        new("service.instance.id", $"worker-{number:d4}"),
        new("deployment.environment.name", s_environments[number % s_environments.Length]),
        new("host.name", $"node-{number % 16}.data.internal"),
        new("k8s.namespace.name", $"data-{number % 4}"),
        new("k8s.pod.name", $"pipeline-worker-{number % 24}-{number:x4}"),
        new("telemetry.sdk.language", "python"),
    ];

    private SyntheticRecord NextRecord()
    {
        _time += _random.Next(1_000, 4_000_000);
        var pipeline = _random.Next(Pipelines);
        var (severity, word) = _random.Next(OneInSoManyIsAnError) == 0 ? (17, "ERROR") : _random.Next(OneInSoManyIsAWarning) == 0 ? (13, "WARN") : (9, "INFO");
        return new SyntheticRecord(_time, severity, word, NextBody(pipeline), NextAttributes(pipeline), NextBytes(16), NextBytes(8));
    }

    private SyntheticAttribute[] NextAttributes(int pipeline) =>
    [
        new("cicd.pipeline.name", $"load_{pipeline:d3}"),
        new("cicd.pipeline.run.id", _random.NextInt64(1_000_000_000).ToString(CultureInfo.InvariantCulture)),
        new("cicd.pipeline.task.name", $"task_{_random.Next(Tasks):d2}"),
        new("source", $"source-{pipeline % Sources}"),
        new("team", $"team-{pipeline % Teams}"),
        new("thread.id", (long)_random.Next(64)),
        new("code.file.path", $"jobs/load_{pipeline:d3}/main.py"),
        new("code.line.number", (long)_random.Next(1, 900)),
        new("db.system.name", "snowflake"),
        new("rows", (long)_random.Next(2_000_000)),
        new("duration_seconds", Math.Round(_random.NextDouble() * 600, 3)),
        new("retry", _random.Next(30) == 0),
    ];

    private string NextBody(int pipeline)
    {
        var table = $"analytics.fact_{pipeline:d3}";
        var number = _random.Next(5_000_000);
        return _random.Next(10) switch
        {
            0 => $"Loaded {number} rows into {table} from s3://landing-zone/events/{_random.Next(1, 29):d2}/part-{number:d8}.parquet, {_random.Next(100)} rows were rejected by the schema",
            1 => $"Finished statement {number:x8} on warehouse TRANSFORM_{pipeline % 6}: scanned {number / 7} kB, spilled {_random.Next(900)} MB to local disk and returned after {_random.Next(90_000)} ms",
            2 => $"Waiting for upstream table {table} to be complete for 2026-11-{_random.Next(1, 22):d2}; last partition seen is {_random.Next(24):d2}:00, attempt {_random.Next(1, 12)} of 12",
            3 => $"Connection {number:x8} to node-{_random.Next(16)}.data.internal:5432 was closed by the server while idle; opened a new one after {_random.Next(900)} ms",
            4 => $"Test not_null_{table.Replace('.', '_')}_id passed: 0 of {number} rows in {table} violate it; compiled statement has {_random.Next(40, 400)} characters",
            5 => $"Merged {_random.Next(9_000)} changed keys into {table}, {_random.Next(400)} of them deleted; checkpoint is now offset {number} of partition {_random.Next(32)} of topic orders.v2",
            6 => $"Deadlock found when trying to get lock on {table}; transaction {number:x8} is rolled back and will be tried again in {_random.Next(30)} s (attempt {_random.Next(1, 5)})",
            7 => $"Memory of executor {_random.Next(64)} is {_random.Next(60, 99)} % used after stage {_random.Next(400)}.{_random.Next(4)}; the largest shuffle block of {table} has {number} bytes",
            8 => $"Skipped model {table}: its sources have not changed since run {number}, fresh until 2026-11-21T{_random.Next(24):d2}:{_random.Next(60):d2}:00Z according to the manifest",
            _ => $"Heartbeat of job load_{pipeline:d3}: {number} records read, {number - _random.Next(1 + (number / 9))} records written to {table}, lag {_random.Next(600)} s, {_random.Next(50)} files open",
        };
    }

    private byte[] NextBytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
