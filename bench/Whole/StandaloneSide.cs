using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Observability.Bench.Data;
using Observability.Bench.Measuring;

namespace Observability.Bench.Whole;

/// <summary>The product in its Standalone shape: receiving, spool, engine, notifier, Portal and the embedded stores in one process, asked through Loki's API.</summary>
internal sealed class StandaloneSide : LogSide
{
    private const string Everything = "environment=~\".+\"";

    /// <summary>.NET's start on a busy machine.</summary>
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Indexing lags behind the acknowledgement by seconds; more means that it stopped.</summary>
    private static readonly TimeSpan s_workTimeout = TimeSpan.FromMinutes(5);

    /// <summary>A tidying that has nothing to do for this long is done: it is looked for after each flush, every five seconds.</summary>
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(12);

    private readonly Process _process;
    private readonly HttpClient _http;

    private StandaloneSide(Process process, HttpClient http, string directory)
        : base(process.Id, directory) => (_process, _http) = (process, http);

    /// <exception cref="InvalidOperationException">It ended or does not answer.</exception>
    public static async Task<StandaloneSide> StartAsync(string directory, CancellationToken cancellationToken)
    {
        System.IO.Directory.CreateDirectory(directory);
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        var data = Path.Combine(directory, "data");
        // Its output goes to a file beside its data: a pipe that nobody reads would stop it.
        var start = new ProcessStartInfo("/bin/sh")
        {
            UseShellExecute = false,
            ArgumentList =
            {
                "-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", Path.Combine(directory, "output.log"),
                Path.Combine(AppContext.BaseDirectory, "Observability.Standalone"), "--urls", url.ToString(), "--otlp-http", "off", "--data", data,
            },
        };
        var side = new StandaloneSide(Process.Start(start)!, new HttpClient { BaseAddress = url, Timeout = s_workTimeout }, data);
        if (await side.BecomesReadyAsync(cancellationToken))
        {
            return side;
        }
        await side.DisposeAsync();
        throw new InvalidOperationException($"Standalone did not answer within {s_startTimeout.TotalSeconds:0} s; see {directory}");
    }

    public override async Task SendAsync(SyntheticBatch batch, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(OtlpBodies.Protobuf(batch)) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } };
        using var answer = await _http.PostAsync(new Uri("v1/logs", UriKind.Relative), content, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public override async Task WaitUntilSearchableAsync(long records, CorpusTime time, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        for (var seen = 0L; seen < records;)
        {
            seen = await CountAsync($"{{{Everything}}}", time, cancellationToken);
            if (Stopwatch.GetElapsedTime(started) > s_workTimeout)
            {
                throw new InvalidOperationException($"Standalone shows {seen} of {records} records after {s_workTimeout.TotalMinutes:0} minutes");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(seen < records ? 250 : 0), TimeProvider.System, cancellationToken);
        }
    }

    public override async Task CompactAsync(CancellationToken cancellationToken)
    {
        var (started, changed, files) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp(), "");
        while (Stopwatch.GetElapsedTime(changed) < s_quiet && Stopwatch.GetElapsedTime(started) < s_workTimeout)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
            var now = string.Join('|', new DirectoryInfo(Path.Combine(Directory, "logs")).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(static file => file.Name, StringComparer.Ordinal).Select(static file => $"{file.Name}:{file.Length}"));
            if (now != files)
            {
                (files, changed) = (now, Stopwatch.GetTimestamp());
            }
        }
    }

    public override async Task<SideAnswer> AskAsync(Question question, CorpusTime time, CancellationToken cancellationToken)
    {
        switch (question)
        {
            case Question.CountByMinuteAndSeverity:
                var table = await ResultAsync(Range($"sum by (level) (count_over_time({{{Everything}}}[1m]))", time.Start.AddMinutes(1), time.End, "&step=60"), cancellationToken);
                var counts = table.EnumerateArray().SelectMany(static series => series.GetProperty("values").EnumerateArray().Select(static point => Number(point[1]))).ToList();
                return new SideAnswer(counts.Sum(), $"{counts.Count} cells");
            case Question.TopPipelines:
                var top = await ResultAsync(Instant($"topk({TopRows}, sum by (cicd_pipeline_name) (count_over_time({{environment=\"prod\", level=\"error\"}}[{time.Minutes}m])))", time), cancellationToken);
                var rows = top.EnumerateArray().Select(static series => Number(series.GetProperty("value")[1])).OrderDescending().ToList();
                return new SideAnswer(rows.Sum(), string.Join(' ', rows));
            default:
                var query = $"{{{Everything}}} |= \"{TextOf(question)}\"";
                // At once, as Grafana asks for lines and their volume.
                var counting = CountAsync(query, time, cancellationToken);
                var lines = await ResultAsync(Range(query, time.Start, time.End, $"&limit={NewestLines}&direction=backward"), cancellationToken);
                return new SideAnswer(await counting, $"{lines.EnumerateArray().Sum(static stream => stream.GetProperty("values").GetArrayLength())} lines");
        }
    }

    /// <summary>Waited for, so that its processor time counts as ours.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process.Dispose();
        _http.Dispose();
    }

    private async Task<bool> BecomesReadyAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < s_startTimeout && !_process.HasExited)
        {
            try
            {
                using var answer = await _http.GetAsync(new Uri("health", UriKind.Relative), cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    return true;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
        return false;
    }

    private async Task<long> CountAsync(string query, CorpusTime time, CancellationToken cancellationToken) =>
        (await ResultAsync(Instant($"sum(count_over_time({query}[{time.Minutes}m]))", time), cancellationToken)).EnumerateArray().Sum(static series => Number(series.GetProperty("value")[1]));

    private static string Instant(string query, CorpusTime time) => $"loki/api/v1/query?query={Uri.EscapeDataString(query)}&time={CorpusTime.Nanoseconds(time.End)}";

    private static string Range(string query, DateTimeOffset start, DateTimeOffset end, string rest) =>
        $"loki/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={CorpusTime.Nanoseconds(start)}&end={CorpusTime.Nanoseconds(end)}{rest}";

    private static long Number(JsonElement text) => (long)double.Parse(text.GetString()!, CultureInfo.InvariantCulture);

    private async Task<JsonElement> ResultAsync(string address, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(new Uri(address, UriKind.Relative), cancellationToken);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"Standalone answered {(int)answer.StatusCode} to {address}: {System.Text.Encoding.UTF8.GetString(body)}");
        }
        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("data").GetProperty("result").Clone();
    }
}
