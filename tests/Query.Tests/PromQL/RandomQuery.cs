using System.Text;

namespace Observability.Query.Tests.PromQL;

/// <summary>Writes well-typed queries from a seed.</summary>
internal sealed class RandomQuery(Random random)
{
    private static readonly string[] Names = ["up", "http_requests_total", "job:errors:rate5m", "sum", "offset", "by", "start", "x"];
    private static readonly string[] Labels = ["job", "environment", "by", "le", "\"with.dots\"", "on", "bool"];
    private static readonly string[] Values = ["\"prod\"", "'it\\'s'", "`raw\\n`", "\"esc\\\"aped\\u00e9\\n\"", "\"\\xc5\"", "\"a|b\"", "\"Ж\""];
    private static readonly string[] Durations = ["5m", "1h30m", "90s", "1d", "300", "1y2w3d4h5m6s7ms", "0x10"];
    private static readonly string[] Numbers = ["1", "0.5", "1e3", "0x1F", "1_000", "Inf", "NaN", "5m", ".2", "010"];

    public string Vector(int depth)
    {
        if (depth <= 0)
        {
            return Selector() + Shift();
        }
        return random.Next(9) switch
        {
            0 => $"({Vector(depth - 1)})",
            1 => $"{Pick("-", "+", "- -")}{Vector(depth - 1)}",
            2 => $"{Vector(depth - 1)} {Pick("+", "-", "*", "/", "%", "^", "atan2", "==", "!= bool", ">", "<= bool")} {Matching()}{Vector(depth - 1)}",
            3 => $"{Vector(depth - 1)} {Pick("and", "or", "unless", "AND")} {(random.Next(2) == 0 ? $"on({LabelList()}) " : "")}{Vector(depth - 1)}",
            4 => $"({Vector(depth - 1)} {Pick("+", "^", ">", "== bool")} {Scalar(depth - 1)})",
            5 => $"{Pick("sum", "avg", "MAX", "count")} {Pick("by", "without")} ({LabelList()}) ({Vector(depth - 1)})",
            6 => $"{Pick("topk", "quantile", "limitk")}({Scalar(depth - 1)}, {Vector(depth - 1)}){(random.Next(2) == 0 ? $" by ({LabelList()})" : "")}",
            7 => $"{Pick("rate", "increase", "max_over_time")}({Range(depth - 1)})",
            _ => $"label_replace({Vector(depth - 1)}, \"a\", \"$1\", \"job\", \"(.*)\")",
        };
    }

    private string Range(int depth) => random.Next(2) == 0
        ? $"{Selector()}[{Pick(Durations)}]{Shift()}"
        : $"({Vector(depth)})[{Pick(Durations)}:{(random.Next(2) == 0 ? Pick(Durations) : "")}]{Shift()}";

    private string Scalar(int depth) => depth <= 0
        ? Pick(Numbers)
        : random.Next(4) switch
        {
            0 => $"-{Scalar(depth - 1)}",
            1 => $"({Scalar(depth - 1)} {Pick("+", "^", "> bool", "%")} {Scalar(depth - 1)})",
            2 => $"scalar({Vector(depth - 1)})",
            _ => Pick(Numbers),
        };

    private string Selector()
    {
        var text = new StringBuilder(random.Next(5) == 0 ? "" : Pick(Names));
        var isNamed = text.Length > 0;
        if (!isNamed || random.Next(2) == 0)
        {
            text.Append('{');
            text.Append(isNamed ? "" : Pick("__name__=\"up\"", "\"a.metric\"", "job=~\".+\""));
            for (var i = random.Next(3); i > 0; i--)
            {
                text.Append(text[^1] == '{' ? "" : ", ").Append(Pick(Labels)).Append(Pick("=", "!=", "=~", "!~")).Append(Pick(Values));
            }
            text.Append('}');
        }
        return text.ToString();
    }

    private string Shift() => random.Next(6) switch
    {
        0 => $" offset {Pick("", "-")}{Pick(Durations)}",
        1 => $" @ {Pick("1609746000.123", "-5", "start()", "END()", "1h")}",
        2 => $" @ end() offset {Pick(Durations)}",
        _ => "",
    };

    private string Matching() => random.Next(4) switch
    {
        0 => $"on ({LabelList()}) ",
        1 => $"ignoring ({LabelList()}) group_left (extra) ",
        2 => "on (job) group_right () ",
        _ => "",
    };

    private string LabelList() => string.Join(", ", Enumerable.Range(0, random.Next(3)).Select(_ => Pick(Labels)));

    private string Pick(params string[] from) => from[random.Next(from.Length)];
}
