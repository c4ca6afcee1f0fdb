using System.Globalization;

namespace Observability.MetricStore.Tests.Peers;

/// <summary>Writes queries over <see cref="PeerSamples"/> by a small grammar. What answers in no defined order or with ties (topk of equal values) is left out.</summary>
internal sealed class QueryGenerator(int seed)
{
    private readonly Random _random = new(seed);
    private bool _isInSubquery;

    public string Next() => Vector(depth: 3);

    private string Vector(int depth)
    {
        if (depth == 0)
        {
            return Pick(Instant, RangeCall);
        }
        return Pick(
            Instant,
            RangeCall,
            RangeCall,
            () => Aggregate(depth),
            () => Aggregate(depth),
            () => Function(depth),
            () => Function(depth),
            () => Scalars(depth),
            () => Join(),
            () => Sets(),
            Quantile,
            () => Subquery(depth),
            Labels,
            Choice,
            Times,
            Absence);
    }

    private string Instant() => $"{Selector()}{Shift()}";

    private string Selector() => Pick(
        () => $"requests_total{{{Matchers("job", "api", "web", "batch")}}}",
        () => $"requests_total{{{Matchers("code", "200", "404", "500")}, {Matchers("instance", "a:1", "b:2", "c:3")}}}",
        () => $"temperature_celsius{{{Matchers("room", "hall", "roof", "yard")}}}",
        () => "temperature_celsius",
        () => "up",
        () => $"latency_seconds_count{{{Matchers("job", "api", "web", "batch")}}}",
        () => "latency_seconds_sum",
        () => $"{{__name__=~\"up|build_info\", {Matchers("job", "api", "web", "batch")}}}");

    private string Counter() => Pick(() => "requests_total", () => $"requests_total{{{Matchers("job", "api", "web", "batch")}}}", () => "latency_seconds_count", () => "latency_seconds_bucket");

    private string Matchers(string label, params string[] values) => Pick(
        () => $"{label}=\"{Value(values)}\"",
        () => $"{label}!=\"{Value(values)}\"",
        () => $"{label}=~\"{Value(values)}|{Value(values)}\"",
        () => $"{label}=~\".*{Value(values)[^1]}\"",
        () => $"{label}!~\"{Value(values)}\"",
        () => $"{label}!=\"\"",
        () => "missing=\"\"");

    private string RangeCall() => Pick(
        () => $"{Word("rate", "increase", "irate", "resets")}({Counter()}[{Range()}]{Shift()})",
        () => $"{Word("rate", "increase", "irate", "resets")}({Counter()}[{Range()}]{Shift()})",
        () => $"{Word("avg", "min", "max", "sum", "count", "last", "stddev", "stdvar", "present")}_over_time({Selector()}[{Range()}]{Shift()})",
        () => $"{Word("changes", "delta", "idelta", "deriv")}(temperature_celsius[{Range()}])",
        () => $"quantile_over_time({Number()} / 10, temperature_celsius[{Range()}])",
        () => $"predict_linear(temperature_celsius[{Range()}], {Number()})");

    private string Aggregate(int depth) => Pick(
        () => $"{Word("sum", "avg", "min", "max", "count", "group", "stddev", "stdvar")}{Grouping()} ({Vector(depth - 1)})",
        () => $"{Word("sum", "avg", "min", "max", "count", "stddev")} {Grouping()} ({RangeCall()})",
        () => $"quantile{Grouping()} (0.{Number()}, {Vector(depth - 1)})",
        () => $"count_values(\"value\", {Word("up", "round(temperature_celsius)", "build_info", "requests_total % 3")})");

    private string Grouping() => Pick(() => "", () => " by (job)", () => " by (job, code)", () => " without (instance)", () => " by (room)", () => " without (job, code, sensor, le)", () => " by (missing)");

    private string Function(int depth) => Pick(
        () => $"{Word("abs", "ceil", "floor", "exp", "sgn", "sqrt", "ln", "log2", "log10", "sin", "cos", "tan", "atan", "rad", "deg")}({Vector(depth - 1)})",
        () => $"round({Vector(depth - 1)}, {Word("1", "5", "0.25", "10")})",
        () => $"clamp({Vector(depth - 1)}, {Word("-3", "0")}, {Number()})",
        () => $"{Word("clamp_min", "clamp_max")}({Vector(depth - 1)}, {Number()})",
        () => $"-({Vector(depth - 1)})",
        () => $"vector(scalar({Vector(depth - 1)}))",
        () => $"timestamp({Selector()})",
        () => $"{Word("hour", "minute", "day_of_week", "day_of_month", "day_of_year", "month", "year", "days_in_month")}(timestamp({Selector()}) * {Number()})");

    private string Scalars(int depth) => Pick(
        () => $"({Vector(depth - 1)}) {Word("+", "-", "*", "/", "%", "^")} {Number()}",
        () => $"{Number()} {Word("+", "-", "*", "/")} ({Vector(depth - 1)})",
        () => $"({Vector(depth - 1)}) {Word(">", "<", ">=", "<=", "!=", "==")} {Word("", "bool ")}{Number()}",
        () => $"({Vector(depth - 1)}) * scalar(up{{job=\"{Word("api", "web", "none")}\"}})",
        () => $"({Vector(depth - 1)}) + time() % 3600");

    private string Join() => Pick(
        () => $"requests_total {Word("+", "-", "/", "*", "atan2")} on (job, instance, code) requests_total offset {Range()}",
        () => $"{Word("rate", "increase")}(requests_total[{Range()}]) * on (job) group_left ({Word("", "team", "team, version")}) build_info",
        () => $"build_info * on (job) group_right ({Word("", "version")}) requests_total",
        () => $"sum by (job) (rate(requests_total{{code=\"500\"}}[{Range()}])) / sum by (job) (rate(requests_total[{Range()}]))",
        () => $"latency_seconds_sum / ignoring (x) latency_seconds_count {Word(">", "<")} {Word("", "bool ")}0.3",
        () => "latency_seconds_sum / latency_seconds_count",
        () => $"temperature_celsius - on (room) group_left () avg by (room) (temperature_celsius)",
        () => $"requests_total / on (job) build_info");

    private string Sets() =>
        $"{Selector()} {Word("and", "or", "unless")} {Word("", "on (job) ", "ignoring (instance, code) ")}{Word("up == 1", "temperature_celsius > 5", "requests_total", "build_info")}";

    private string Quantile() => Pick(
        () => $"histogram_quantile(0.{Number()}, rate(latency_seconds_bucket[{Range()}]))",
        () => $"histogram_quantile(0.{Number()}, sum by (le) (rate(latency_seconds_bucket[{Range()}])))",
        () => $"histogram_quantile({Word("0", "1", "-1", "2", "0.99")}, latency_seconds_bucket)");

    /// <summary>One in another would have points on the left edge of its range, which Prometheus 2 counts in.</summary>
    private string Subquery(int depth)
    {
        if (_isInSubquery)
        {
            return RangeCall();
        }
        _isInSubquery = true;
        var query = AnySubquery(depth);
        _isInSubquery = false;
        return query;
    }

    private string AnySubquery(int depth) => Pick(
        () => $"{Word("max", "min", "avg", "sum", "count", "stddev", "last")}_over_time(({Vector(depth - 1)})[{Word("10m", "5m", "20m")}:{Word("1m", "30s", "2m")}])",
        () => $"rate(sum by (job) (requests_total)[{Word("10m", "15m")}:{Word("1m", "30s")}])",
        () => $"quantile_over_time(0.5, temperature_celsius[{Word("10m", "20m")}:{Word("1m", "45s")}] offset 1m)");

    private string Labels() => Pick(
        () => $"label_replace({Selector()}, \"copy\", \"$1-{Word("x", "$0")}\", \"job\", \"(a|w).*\")",
        () => $"label_replace({Selector()}, \"copy\", \"$first\", \"instance\", \"(?P<first>[a-z]):.*\")",
        () => $"label_join(requests_total, \"joined\", \"{Word("-", ", ")}\", \"job\", \"code\", \"missing\")",
        () => $"label_replace(up, \"job\", \"\", \"job\", \"api\")");

    private string Choice() => Pick(
        () => $"{Word("topk", "bottomk")}{Word("", " by (room)")} ({Word("1", "2", "3", "0")}, temperature_celsius)",
        () => $"{Word("topk", "bottomk")}{Word("", " by (room)")} ({Word("1", "2")}, min_over_time(temperature_celsius[{Range()}]))");

    private string Times() => Pick(() => "time()", () => $"vector({Number()})", () => $"vector(time()) - {Number()}", () => $"{Word("hour", "minute", "month", "year")}()", () => $"{Number()} + {Number()} * 2 ^ 3 ^ 0.5 % 7", () => "pi() / 2");

    private string Absence() => Pick(
        () => $"absent({Word("up{job=\"none\"}", "up", "nothing{a=\"b\",c=~\"d\"}", "sum(nothing)")})",
        () => $"absent_over_time({Word("up{job=\"none\"}", "up", "temperature_celsius{room=\"hall\",sensor=\"1\"}")}[{Word("15s", "1m")}])");

    private string Shift() => _random.Next(6) switch
    {
        0 => $" offset {Word("1m", "5m", "90s", "-2m")}",
        1 => $" @ {(Blocks.Store.Start / 1000) + 3003 + (_random.Next(60) * 15)}",
        _ => "",
    };

    private string Range() => Word("1m", "2m", "5m", "10m", "45s", "20m");

    private string Number() => _random.Next(1, 10).ToString(CultureInfo.InvariantCulture);

    private string Word(params string[] words) => words[_random.Next(words.Length)];

    private string Value(string[] values) => values[_random.Next(values.Length)];

    private string Pick(params Func<string>[] choices) => choices[_random.Next(choices.Length)]();
}
