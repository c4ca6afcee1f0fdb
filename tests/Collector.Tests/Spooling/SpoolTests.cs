using System.Net;
using Observability.Collector.Publishing;
using Observability.Collector.Tests.Support;
using Observability.Configuration;
using Observability.Telemetry;

namespace Observability.Collector.Tests.Spooling;

public sealed class SpoolTests
{
    [Fact]
    public async Task A_full_spool_answers_503_with_a_time_and_logs_are_refused_before_runs()
    {
        var store = new MemoryLogStore { IsAway = true };
        await using var host = await CollectorHost.StartAsync(Configurations.With(new LimitSettings { SpoolBytes = 640 << 10 }), store: store, segmentBytes: 64 << 10);
        var logs = await UntilRefusedAsync(() => host.PostJsonAsync("/v1/logs", Logs(new string('x', 20_000))));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, logs.StatusCode);
        Assert.NotNull(logs.Headers.RetryAfter);
        using var run = await host.PostJsonAsync("/webhooks/run", Run("1", new string('y', 4_000)));
        Assert.Equal(HttpStatusCode.OK, run.StatusCode);
        var runs = await UntilRefusedAsync(() => host.PostJsonAsync("/webhooks/run", Run("2", new string('y', 8_000))));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, runs.StatusCode);
        Assert.Contains("spool_bytes", await runs.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_goes_on_where_store_and_bus_were()
    {
        var directory = Directory.CreateTempSubdirectory("obs-spool-").FullName;
        var away = new MemoryLogStore { IsAway = true };
        ulong incarnation;
        await using (var host = await CollectorHost.StartAsync(directory: directory, store: away, bus: new MemoryBus { IsHeld = true }))
        {
            incarnation = host.Spool.Incarnation;
            using var response = await host.PostJsonAsync("/webhooks/run", Run("1", "disk full"));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            await away.UntilAsync(() => away.Attempts > 0);
        }
        await using (var host = await CollectorHost.StartAsync(directory: directory))
        {
            Assert.Equal(incarnation, host.Spool.Incarnation);
            await host.Store.UntilAsync(() => host.Store.Lines.Any(line => line.Contains("disk full", StringComparison.Ordinal)));
            await host.Bus.UntilAsync(() => host.Bus.Published.Any(frame => TelemetryFrame.PeekHeader(frame.Bytes).RunCount == 1));
        }
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_spool_laid_down_from_a_copy_names_its_frames_anew()
    {
        var directory = Directory.CreateTempSubdirectory("obs-spool-").FullName;
        ulong before;
        await using (var host = await CollectorHost.StartAsync(directory: directory, store: new MemoryLogStore { IsAway = true }, bus: new MemoryBus { IsHeld = true }))
        {
            before = host.Spool.Incarnation;
            using var response = await host.PostJsonAsync("/webhooks/run", Run("1", "disk full"));
        }
        var marker = Path.Combine(Directory.GetFiles(directory, "indexing.cursor", SearchOption.AllDirectories).Select(Path.GetDirectoryName).Single()!, "restored");
        await File.WriteAllBytesAsync(marker, [], TestContext.Current.CancellationToken);
        ulong after;
        await using (var host = await CollectorHost.StartAsync(directory: directory))
        {
            after = host.Spool.Incarnation;
            Assert.NotEqual(before, after);
            // What the copy had not sent goes out, under the new name.
            await host.Bus.UntilAsync(() => host.Bus.Published.Any(frame => frame.Name.Incarnation == after && TelemetryFrame.PeekHeader(frame.Bytes).RunCount == 1));
        }
        Assert.False(File.Exists(marker));
        await using (var host = await CollectorHost.StartAsync(directory: directory))
        {
            Assert.Equal(after, host.Spool.Incarnation);
        }
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_store_that_was_away_gets_everything_once_it_is_back()
    {
        var store = new MemoryLogStore { IsAway = true };
        await using var host = await CollectorHost.StartAsync(store: store);
        for (var i = 0; i < 20; i++)
        {
            using var response = await host.PostJsonAsync("/webhooks/run", Run($"r{i}", $"error {i}."));
        }
        await store.UntilAsync(() => store.Attempts > 1);
        store.IsAway = false;
        await store.UntilAsync(() => Enumerable.Range(0, 20).All(i => store.Lines.Any(line => line.Contains($"error {i}.'", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_row_that_the_store_refuses_for_ever_becomes_a_dead_letter_and_the_cursor_goes_on()
    {
        var store = new MemoryLogStore { Refuses = body => body.Contains("poison", StringComparison.Ordinal) };
        await using var host = await CollectorHost.StartAsync(store: store);
        using var poison = await host.PostJsonAsync("/webhooks/run", Run("1", "poison"));
        using var after = await host.PostJsonAsync("/webhooks/run", Run("2", "after"));
        await store.UntilAsync(() => store.Lines.Any(line => line.Contains("obs.dead_letter.reason:Text=the log store refused it: field limit", StringComparison.Ordinal)));
        await store.UntilAsync(() => store.Lines.Any(line => line.Contains("after", StringComparison.Ordinal)));
        Assert.Equal(1, store.Lines.Count(line => line.Contains("obs.dead_letter.reason", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_bus_cursor_is_the_oldest_unconfirmed_frame_and_at_most_256_run_ahead()
    {
        var bus = new MemoryBus { IsHeld = true };
        await using var host = await CollectorHost.StartAsync(bus: bus);
        for (var i = 0; i < 300; i++)
        {
            using var response = await host.PostJsonAsync("/webhooks/run", Run($"r{i}", "e"));
        }
        await bus.UntilAsync(() => bus.Waiting.Count == PublishingService.MaximumInFlight);
        Assert.Equal(0UL, host.Spool.Publishing.Position);
        bus.Confirm(3);
        bus.Confirm(2);
        Assert.Equal(0UL, host.Spool.Publishing.Position);
        bus.Confirm(1);
        await bus.UntilAsync(() => host.Spool.Publishing.Position == 3);
        bus.IsHeld = false;
        await bus.UntilAsync(() =>
        {
            foreach (var sequence in bus.Waiting)
            {
                bus.Confirm(sequence);
            }
            return host.Spool.Publishing.Position >= 300;
        });
        var sequences = bus.Published.Select(frame => frame.Name.Sequence).ToList();
        Assert.Equal(sequences.Distinct().Count(), sequences.Count);
    }

    [Fact]
    public async Task A_heartbeat_goes_the_way_of_every_frame()
    {
        await using var host = await CollectorHost.StartAsync();
        await host.Bus.UntilAsync(() => host.Bus.Published.Any(frame => TelemetryFrame.PeekHeader(frame.Bytes).Kind == FrameKind.Heartbeat));
        Assert.DoesNotContain(host.Store.Lines, line => line.StartsWith("log", StringComparison.Ordinal));
    }

    private static async Task<HttpResponseMessage> UntilRefusedAsync(Func<Task<HttpResponseMessage>> post)
    {
        for (var attempt = 0; attempt < 2_000; attempt++)
        {
            var response = await post();
            if (!response.IsSuccessStatusCode)
            {
                return response;
            }
            response.Dispose();
        }
        throw new InvalidOperationException("the spool never became full");
    }

    private static string Run(string id, string error) =>
        $$"""{"source":"cron","pipeline":"orders","environment":"prod","status":"failed","run_id":"{{id}}","error":"{{error}}"}""";

    private static string Logs(string body) => """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"BODY"}}]}]}]}""".Replace("BODY", body, StringComparison.Ordinal);
}
