using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Observability.Bench.Durable;

/// <summary>What wrk saw.</summary>
internal readonly record struct LoadResult(double RequestsPerSecond, long Requests, double MedianMilliseconds, double P99Milliseconds, long Refused);

/// <summary>Load from wrk (Debian's package): bodies in turn over a number of connections that stay open.</summary>
internal sealed partial class WrkLoad
{
    private const string Program = "/usr/bin/wrk";

    // Requests are built once, before the clock runs.
    private const string Script = """
        local requests = {}
        local turn = 0
        function init(paths)
          for _, path in ipairs(paths) do
            local file = io.open(path, "rb")
            requests[#requests + 1] = wrk.format("POST", "/v1/logs", { ["Content-Type"] = "application/x-protobuf" }, file:read("*a"))
            file:close()
          end
        end
        function request()
          turn = turn % #requests + 1
          return requests[turn]
        end
        """;

    private readonly string _script;
    private readonly IReadOnlyList<string> _bodies;

    private WrkLoad(string script, IReadOnlyList<string> bodies)
    {
        _script = script;
        _bodies = bodies;
    }

    public static bool IsInstalled => File.Exists(Program);

    public static WrkLoad Prepare(string directory, string name, IReadOnlyList<byte[]> bodies)
    {
        Directory.CreateDirectory(directory);
        var script = Path.Combine(directory, "post.lua");
        File.WriteAllText(script, Script);
        var paths = bodies.Select((_, index) => Path.Combine(directory, $"{name}-{index}.bin")).ToList();
        for (var i = 0; i < bodies.Count; i++)
        {
            File.WriteAllBytes(paths[i], bodies[i]);
        }
        return new WrkLoad(script, paths);
    }

    /// <exception cref="InvalidOperationException">wrk failed or wrote what cannot be read.</exception>
    public async Task<LoadResult> RunAsync(Uri url, int clients, int seconds, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Program) { UseShellExecute = false, RedirectStandardOutput = true };
        string[] arguments =
        [
            "-t", Math.Min(clients, 2).ToString(CultureInfo.InvariantCulture), "-c", clients.ToString(CultureInfo.InvariantCulture), "-d", $"{seconds}s", "--latency",
            "-s", _script, url.ToString(), "--", .. _bodies,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return Parse(output);
    }

    internal static LoadResult Parse(string output)
    {
        var rate = Rate().Match(output);
        var requests = Requests().Match(output);
        if (!rate.Success || !requests.Success)
        {
            throw new InvalidOperationException($"wrk did not say how many requests it made:\n{output}");
        }
        var refused = Refused().Match(output);
        return new LoadResult(Number(rate), (long)Number(requests), Percentile(output, "50"), Percentile(output, "99"), refused.Success ? (long)Number(refused) : 0);
    }

    private static double Percentile(string output, string percent)
    {
        var line = Latency().Matches(output).FirstOrDefault(match => match.Groups[1].Value == percent)
            ?? throw new InvalidOperationException($"wrk gave no {percent} % latency:\n{output}");
        var value = double.Parse(line.Groups[2].Value, CultureInfo.InvariantCulture);
        return line.Groups[3].Value switch { "us" => value / 1000, "s" => value * 1000, "m" => value * 60_000, _ => value };
    }

    private static double Number(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)", RegexOptions.NonBacktracking)]
    private static partial Regex Rate();

    [GeneratedRegex(@"([0-9]+) requests in", RegexOptions.NonBacktracking)]
    private static partial Regex Requests();

    [GeneratedRegex(@"Non-2xx or 3xx responses: ([0-9]+)", RegexOptions.NonBacktracking)]
    private static partial Regex Refused();

    [GeneratedRegex(@"([0-9]+)%\s+([0-9.]+)(us|ms|s|m)\b")]
    private static partial Regex Latency();
}
