namespace Observability.Query.Tests.LogQL;

/// <summary>Writes random valid queries, every construct of the grammar among them. The same seed writes the same query.</summary>
internal sealed class QueryGenerator(int seed)
{
    private static readonly string[] Names = ["app", "env", "rate", "ip", "status", "_x", "duration", "bytes", "Team2", "sum"];
    private static readonly string[] Texts = ["\"\"", "\"a\"", "`b\\d`", "\"é\\n\\\"\\x41\"", "\"10.0.0.0/8\"", "` `", "\"x|y\""];
    private static readonly string[] Durations = ["5m", "1h30m", "250us", "1.5s", "1d", "90s", "2w", "100ms"];
    private readonly Random _random = new(seed);

    public string Query() => _random.Next(4) == 0 ? Selector(Depth) : Metric(Depth);

    private const int Depth = 4;

    private string Metric(int depth)
    {
        if (depth == 0)
        {
            return Any("1", "2.5e3", "vector(1)", "vector(0.5)", $"rate({Selector(0)}[{Any(Durations)}])");
        }
        return _random.Next(9) switch
        {
            0 => $"({Metric(depth - 1)})",
            1 => $"{Any("+", "-")}{_random.Next(100)}",
            2 => $"{Vector(depth - 1)} {Any("+", "-", "*", "/", "%", "^")} {Modifier()} {Vector(depth - 1)}",
            3 => $"{Vector(depth - 1)} {Any("==", "!=", ">", ">=", "<", "<=")} {Any("", "bool")} {Modifier()} {Vector(depth - 1)}",
            4 => $"{Vector(depth - 1)} {Any("and", "or", "UNLESS")} {Any("", "on(app)", "ignoring ( env , app )")} {Vector(depth - 1)}",
            5 => $"label_replace({Metric(depth - 1)}, \"x\", \"$1\", \"app\", \"(.*)\")",
            6 => $"variants({Metric(depth - 1)}, {Metric(depth - 1)}) of ({Selector(1)}[5m])",
            _ => Vector(depth - 1),
        };
    }

    private string Vector(int depth)
    {
        var inner = depth <= 0 ? $"count_over_time({Selector(1)}[{Any(Durations)}])" : _random.Next(4) == 0 ? Metric(depth - 1) : Range();
        var grouping = $"{Any("by", "without")} ({Some(Names)})";
        return _random.Next(5) switch
        {
            0 => $"{Any("sum", "avg", "MIN", "max", "count", "stddev", "stdvar")} {Any("", grouping)} ({inner})",
            1 => $"{Any("sum", "sort", "sort_desc")}({inner}) {Any("", grouping)}",
            2 => $"{Any("topk", "bottomk")} {Any("", grouping)} ({_random.Next(1, 9)}, {inner})",
            3 => $"approx_topk(3,{inner})",
            _ => Range(),
        };
    }

    private string Range()
    {
        var time = $"[{Any(Durations)}] {Any("", "offset 5m", "offset -1h30m")}";
        var lines = Any("rate", "count_over_time", "bytes_rate", "bytes_over_time", "absent_over_time");
        var numbers = Any("rate", "rate_counter", "sum_over_time", "absent_over_time");
        var grouped = Any("avg", "min", "max", "stddev", "stdvar", "first", "last") + "_over_time";
        var unwrap = $"| unwrap {Any("app", "duration(took)", "duration_seconds(took)", "bytes(size)", "bytes")} {Any("", $"| {Filter(2)}", "| __error__=\"\"")}";
        return _random.Next(6) switch
        {
            0 => $"{lines}({Selector(2)} {time})",
            1 => $"{lines}({{app=\"a\"}} {time} {Stages(2)})",
            2 => $"{lines}(({Selector(2)}) {time})",
            3 => $"{numbers}({Selector(2)} {unwrap} {time})",
            4 => $"{grouped}({Selector(2)} {unwrap} {time}) {Any("", "by (app)", "without (env, app)")}",
            _ => $"quantile_over_time(0.99, {Selector(2)} {unwrap} {time})",
        };
    }

    private string Modifier() => Any("", "", "on(app)", "ignoring(app, env)", "on() group_left", "on(app) group_right (env)", "ignoring(x) group_left ()");

    private string Selector(int stages) => $"{{app=\"a\"{Any("", ", env!=\"x\"", ",status=~\"5..\"", " , rate !~ `a|b`")}}} {Stages(stages)}";

    private string Stages(int most) => string.Join(Any(" ", "\n", " # why\n "), Enumerable.Range(0, _random.Next(most + 1)).Select(_ => Stage()));

    private string Stage() => _random.Next(16) switch
    {
        0 or 1 => $"{Any("|=", "!=")} {Any(Texts)} {Any("", "or \"b\"", "or ip(\"1.1.1.1\")")}",
        2 => $"{Any("|~", "!~")} {Any("`a|b`", "\"(?i)x\"")} {Any("", "or \"b\"")}",
        3 => $"{Any("|>", "!>")} {Any("\"<_> b <_>\"", "\"x\"")}",
        4 => $"{Any("|=", "!=")} ip({Any("\"10.0.0.0/8\"", "\"::1\"", "\"1.1.1.1-1.1.1.9\"")})",
        5 => $"| json {Any("", "a", "a, b=\"c.d[0]\"", "q=`[\"x y\"]`")}",
        6 => $"| logfmt {Any("", "--strict", "--keep-empty --strict")} {Any("", "a", "a=\"b\", c")}",
        7 => Any("| unpack", "| decolorize", "| xml", "| xml a=\"b\""),
        8 => Any("| regexp \"(?P<a>x)\"", "| pattern `<a> <_>`"),
        9 => $"| line_format {Any(Texts)}",
        10 => $"| label_format a={Any(Names)}, b={Any(Texts)}",
        11 => $"| {Any("drop", "keep")} {Any(Names)}, {Any("a", "a=\"x\"", "a=~\"x\"")}",
        _ => $"| {Filter(3)}",
    };

    private string Filter(int depth)
    {
        if (depth > 0 && _random.Next(2) == 0)
        {
            var combined = $"{Filter(depth - 1)} {Any("and", "or", ",", "")} {Filter(depth - 1)}";
            return _random.Next(2) == 0 ? $"({combined})" : combined;
        }
        return Any(Names) + Any(" ", "") + _random.Next(5) switch
        {
            0 => $"{Any("=", "!=")} {Any(Texts)}",
            1 => $"{Any("=~", "!~")} \"a.*\"",
            2 => $"{Any("=", "!=")} ip(\"1.2.3.4\")",
            3 => $"{Any("=", "==", "!=", ">", ">=", "<", "<=")} {Any("", "-")}{Any(Durations)}",
            _ => $"{Any("=", "==", "!=", ">", ">=", "<", "<=")} {Any("5", "-1.5", "10KB", "1.5MiB", "7B", "+3")}",
        };
    }

    private string Some(string[] from) => string.Join(", ", Enumerable.Range(0, _random.Next(3)).Select(_ => Any(from)));

    private string Any(params string[] choices) => choices[_random.Next(choices.Length)];
}
