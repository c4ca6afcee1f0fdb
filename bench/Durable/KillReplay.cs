using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Observability.Bench.Data;
using Observability.Collector.Spooling;
using Observability.Durability;

namespace Observability.Bench.Durable;

/// <summary>
/// Posts numbered batches, kills the Collector with SIGKILL while it answers, opens its spool again and looks for every batch that was answered 200.
/// The process is killed, not the machine: what the kernel had is kept. Losing power is the business of the crash tests, on a simulated disk.
/// </summary>
internal static class KillReplay
{
    private const int Clients = 16;
    private const int Records = 7;
    private const string Marker = "batch-number-";
    private const int Digits = 16;

    /// <summary>Long enough for thousands of answers, short enough that the spool keeps all of them.</summary>
    private static readonly TimeSpan s_loadTime = TimeSpan.FromSeconds(1.5);

    /// <summary>Batches that were answered 200, and those of them that the spool no longer has.</summary>
    public static async Task<(int Acknowledged, int Lost)> RunAsync(string data, int seed, CancellationToken cancellationToken)
    {
        var acknowledged = new ConcurrentBag<long>();
        await using (var server = await ServerProcess.StartAsync(BenchServerKind.Collector, data, holds: true, cancellationToken))
        {
            var template = Template(seed);
            var next = 0L;
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
            var loads = Enumerable.Range(0, Clients).Select(_ => Task.Run(() => PostUntilCutAsync(http, server.LogsUrl, template, () => Interlocked.Increment(ref next), acknowledged), cancellationToken)).ToList();
            await Task.Delay(s_loadTime, TimeProvider.System, cancellationToken);
            await server.KillAsync();
            await Task.WhenAll(loads);
        }
        var stored = await ReadAsync(data, cancellationToken);
        return (acknowledged.Count, acknowledged.Count(number => !stored.Contains(number)));
    }

    private static byte[] Template(int seed)
    {
        var batch = new SyntheticLogs(seed).Next(Records);
        var first = batch.Records[0] with { Body = Marker + new string('0', Digits) };
        return OtlpBodies.Protobuf(batch with { Records = [first, .. batch.Records.Skip(1)] });
    }

    private static async Task PostUntilCutAsync(HttpClient http, Uri url, byte[] template, Func<long> next, ConcurrentBag<long> acknowledged)
    {
        var body = (byte[])template.Clone();
        var place = body.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Marker)) + Marker.Length;
        while (true)
        {
            var number = next();
            Encoding.ASCII.GetBytes(number.ToString("d16", CultureInfo.InvariantCulture), body.AsSpan(place, Digits));
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } };
            try
            {
                using var response = await http.PostAsync(url, content);
                if (response.IsSuccessStatusCode)
                {
                    acknowledged.Add(number);
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // The kill. Whether this batch is stored, nobody promised.
                return;
            }
        }
    }

    private static async Task<HashSet<long>> ReadAsync(string data, CancellationToken cancellationToken)
    {
        var found = new HashSet<long>();
        await using var log = AppendLog.Open(PhysicalDisk.Instance, data, new AppendLogOptions { SegmentBytes = new SpoolOptions().SegmentBytes });
        var reader = log.OpenReader(1);
        while (reader.NextSequence <= log.DurableSequence)
        {
            foreach (var entry in (await reader.ReadAsync(cancellationToken)).Entries)
            {
                var frame = entry.Content.Span;
                var at = frame.IndexOf("batch-number-"u8);
                if (at >= 0 && long.TryParse(frame.Slice(at + Marker.Length, Digits), CultureInfo.InvariantCulture, out var number))
                {
                    found.Add(number);
                }
            }
        }
        return found;
    }
}
