using Observability.Bench.Data;
using Observability.Bench.Decode.Peer;
using Observability.Bench.Measuring;
using Observability.Collector;
using Observability.Collector.Normalizing;
using Observability.Collector.Receiving;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Receiving.Otlp;
using Observability.Configuration;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Bench.Decode;

/// <summary>
/// OTLP bodies into finished frames, by the Collector's own decoder with its limits, redaction and environments, beside a copy of the same bytes (the floor)
/// and Google.Protobuf, which only builds its objects (the peer).
/// </summary>
internal static class DecodeStage
{
    private const int Batches = 40;
    private const int RecordsPerBatch = 500;

    /// <summary>Passes over the set in one timing: a pass over 11 MB takes milliseconds, near what the clock can tell.</summary>
    private const int Passes = 5;

    /// <summary>2026-11-21T03:00:00Z: frames are the same in each run.</summary>
    private const long ReceivedUnixNanoseconds = 1_795_230_000_000_000_000;

    /// <summary>A key for an environment that no record is of: every field is read and held against the limits, then the record is refused.</summary>
    private static readonly Actor s_elsewhere = Actor.OfKey(new ApiKey
    {
        Name = "elsewhere",
        Line = 0,
        Sha256 = default,
        Roles = AccessRoles.Ingest,
        Environments = ["elsewhere"],
    });

    public static BenchmarkReport Run(int rounds, int seed)
    {
        var watch = new MachineWatch();
        var logs = new SyntheticLogs(seed);
        var batches = Enumerable.Range(0, Batches).Select(_ => logs.Next(RecordsPerBatch)).ToList();
        var protobuf = batches.Select(OtlpBodies.Protobuf).ToList();
        var json = batches.Select(OtlpBodies.Json).ToList();
        using var decoder = NewDecoder();
        var limits = ReceiveLimits.Of(new LimitSettings());
        var failure = Check(decoder, limits, protobuf, MediaType.Protobuf) + Check(decoder, limits, json, MediaType.Json);

        TimedItem Timed(string name, IReadOnlyList<byte[]> bodies, Action<byte[]> work) => new(name, (long)Passes * Batches * RecordsPerBatch, () =>
        {
            for (var pass = 0; pass < Passes; pass++)
            {
                foreach (var body in bodies)
                {
                    work(body);
                }
            }
        });
        var targets = protobuf.ToDictionary(static body => body, static body => new byte[body.Length]);
        var measured = Alternation.Run(
        [
            Timed("memcpy of the protobuf bodies (floor)", protobuf, body => body.CopyTo(targets[body], 0)),
            Timed("protobuf to frames", protobuf, body => Decode(decoder, limits, body, MediaType.Protobuf)),
            Timed("protobuf, read only", protobuf, body => Decode(decoder, limits, body, MediaType.Protobuf, s_elsewhere)),
            Timed("JSON to frames", json, body => Decode(decoder, limits, body, MediaType.Json)),
            Timed("JSON, read only", json, body => Decode(decoder, limits, body, MediaType.Json, s_elsewhere)),
            Timed("Google.Protobuf to objects (peer)", protobuf, static body => GC.KeepAlive(LogsRequest.Parser.ParseFrom(body))),
        ], rounds, "ns/record");
        return new BenchmarkReport("decode", seed, measured,
            [
                Ratio.Of("protobuf, read only / memcpy", measured[2], measured[0], "<= 8"),
                Ratio.Of("Google.Protobuf / protobuf, read only", measured[5], measured[2], ">= 7"),
                Ratio.Of("JSON, read only / protobuf, read only", measured[4], measured[2], "<= 10"),
                Ratio.Of("protobuf to frames / memcpy", measured[1], measured[0], "<= 9"),
                Ratio.Of("Google.Protobuf / protobuf to frames", measured[5], measured[1]),
                Ratio.Of("JSON / protobuf to frames", measured[3], measured[1]),
            ],
            [
                $"{Batches} batches of {RecordsPerBatch} records: {protobuf.Average(static body => body.Length) / RecordsPerBatch:0} B a record as protobuf, "
                    + $"{json.Average(static body => body.Length) / RecordsPerBatch:0} B as JSON; processor time of one thread",
                "to frames includes checking, redaction, environments and writing the frame; read only does everything but writing, because the key may not write there",
                "the peer stops at its objects",
            ],
            new Validity(measured[0].Spread, watch.ForeignCores(), MachineWatch.LoadAverage(), failure));
    }

    /// <summary>The Collector's decoder with the shipped configuration.</summary>
    public static OtlpDecoder NewDecoder()
    {
        var configuration = CollectorConfiguration.Of(ConfigurationDirectory.LoadShipped().Configuration!);
        return new OtlpDecoder(new EnvironmentResolver(() => configuration));
    }

    private static IReadOnlyList<ReadOnlyMemory<byte>> Decode(OtlpDecoder decoder, ReceiveLimits limits, byte[] body, MediaType encoding, Actor? actor = null) =>
        decoder.Decode(OtlpSignal.Logs, encoding, body, body.Length, limits, actor ?? Actor.Unsigned, ReceivedUnixNanoseconds);

    /// <summary>Every record must arrive, else the time of not decoding it would count as speed.</summary>
    private static string Check(OtlpDecoder decoder, ReceiveLimits limits, IReadOnlyList<byte[]> bodies, MediaType encoding)
    {
        var records = bodies.Sum(body => Decode(decoder, limits, body, encoding).Sum(static frame => (long)TelemetryFrame.PeekHeader(frame.Span).LogCount));
        return records == (long)Batches * RecordsPerBatch ? "" : $"{encoding}: {records} of {Batches * RecordsPerBatch} records were decoded";
    }
}
