using System.Collections;
using System.Reflection;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Observability.Query.LogQL;
using Observability.Query.LogQL.Syntax;
using Observability.Query.LogQL.Units;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.Tests.LogQL;

public sealed class GrammarPropertyTests
{
    private static readonly string[] Words =
    [
        "{", "}", "(", ")", "[5m]", "[", "]", ",", "=", "!=", "=~", "!~", "|=", "|~", "|>", "!>", "|", "==", ">", "<", "+", "-", "*", "/", "%", "^", "or", "and", "unless",
        "by", "without", "on", "ignoring", "group_left", "bool", "offset", "5m", "-5m", "10KB", "1e5", ".5", "app", "\"a\"", "`b`", "ip", "json", "logfmt", "--strict", "pattern",
        "regexp", "unwrap", "duration", "bytes", "drop", "keep", "line_format", "label_format", "xml", "rate", "count_over_time", "sum", "topk", "vector", "label_replace", "quantile_over_time",
        "variants", "of", "#", "\n", "\"", "\\", "é", "\0", "{app=\"a\"}", "rate({app=\"a\"}[1m])",
    ];

    [Fact]
    public void The_canonical_text_of_any_query_parses_to_the_same_tree() =>
        Prop.ForAll<int>(static seed =>
        {
            var query = new QueryGenerator(seed).Query();
            var parsed = LogQLParser.Parse(query);
            var again = LogQLParser.Parse(parsed.ToString());
            Assert.Equal(Outline(parsed), Outline(again));
            Assert.Equal(parsed.ToString(), again.ToString());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Damaged_queries_are_refused_by_the_one_exception_and_nothing_else()
    {
        var random = new Random(20261121);
        var accepted = 0;
        for (var round = 0; round < 6_000; round++)
        {
            var query = Damage(new QueryGenerator(random.Next()).Query(), random);
            accepted += Accepts(query) ? 1 : 0;
        }
        Assert.InRange(accepted, 100, 5_900);
    }

    [Fact]
    public void Random_words_are_refused_by_the_one_exception_and_nothing_else()
    {
        var random = new Random(4711);
        for (var round = 0; round < 10_000; round++)
        {
            var words = Enumerable.Range(0, random.Next(1, 25)).Select(_ => Words[random.Next(Words.Length)]);
            Accepts(string.Join(random.Next(2) == 0 ? " " : "", words));
        }
    }

    [Fact]
    public async Task Any_query_over_any_lines_gives_an_answer_or_the_one_exception()
    {
        var random = new Random(8);
        string[] lines = ["{\"app\":\"x\",\"a\":{\"b\":[1,\"é\"]}}", "a=1 b=\"q\\u00e9\" c== d", "\u001b[1mred", "", "{\"_entry\":\"in\",\"k\":\"v\"", "1.1.1.1 10.2.3.4 ::1", "\ud800", "{\"a\":\"\\ud800\"}"];
        var source = new ListLogSource([.. Enumerable.Range(0, 40).Select(i => Records.At(i, lines[i % lines.Length]).With(("took", $"{i}s"), ("size", "5KB")))]);
        var answered = 0;
        for (var round = 0; round < 600; round++)
        {
            var query = new QueryGenerator(random.Next()).Query();
            try
            {
                _ = LogQLParser.Parse(query) is MetricExpression ? await Asking.RangeAsync(query, source, 0, 60, 7) : (await Asking.LinesAsync(query, source)).Count.ToString();
                answered++;
            }
            catch (QueryException refused)
            {
                Assert.NotEmpty(refused.Reason);
            }
        }
        Assert.InRange(answered, 150, 600);
    }

    [Fact]
    public void Durations_read_back_what_they_write() => Prop.ForAll<long>(static nanoseconds =>
    {
        foreach (var value in (ReadOnlySpan<long>)[nanoseconds, nanoseconds * 1_000_000, nanoseconds * 977_777_777])
        {
            var positive = Math.Abs(value % (long.MaxValue / 2));
            Assert.True(QueryDuration.TryParse(QueryDuration.Format(positive), out var back));
            Assert.Equal(positive, back);
        }
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("1h15m30.918273645s", 4530918273645)]
    [InlineData("-1.5h", -5400000000000)]
    [InlineData("+5us", 5000)]
    [InlineData("1µs2μs", 3000)]
    [InlineData(".5s", 500000000)]
    [InlineData("0", 0)]
    public void Go_durations_are_read(string text, long nanoseconds)
    {
        Assert.True(GoDuration.TryParse(text, out var actual));
        Assert.Equal(nanoseconds, actual);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("5")]
    [InlineData("1d")]
    [InlineData(".s")]
    [InlineData("1..5s")]
    [InlineData("5 s")]
    [InlineData("9999999999999h")]
    public void What_is_no_Go_duration_is_refused(string text) => Assert.False(GoDuration.TryParse(text, out _));

    [Theory]
    [InlineData("42", 42)]
    [InlineData("42 MB", 42_000_000)]
    [InlineData("1.5kib", 1536)]
    [InlineData("1,024B", 1024)]
    [InlineData("2Gi", 2147483648)]
    [InlineData("0.5b", 0)]
    public void Sizes_are_read(string text, ulong bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var actual));
        Assert.Equal(bytes, actual);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MB")]
    [InlineData("-1MB")]
    [InlineData("5 XB")]
    [InlineData("5kbb")]
    [InlineData("99EB")]
    public void What_is_no_size_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    private static bool Accepts(string query)
    {
        try
        {
            var parsed = LogQLParser.Parse(query);
            Assert.Equal(parsed.ToString(), LogQLParser.Parse(parsed.ToString()).ToString());
            return true;
        }
        catch (QueryException refused)
        {
            Assert.Equal(QueryFault.Syntax, refused.Fault);
            Assert.NotNull(refused.Position);
            return false;
        }
    }

    private static string Damage(string query, Random random)
    {
        var text = new StringBuilder(query);
        for (var wounds = random.Next(1, 4); wounds > 0; wounds--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(4))
            {
                case 0 when text.Length > 1:
                    text.Remove(at, 1);
                    break;
                case 1:
                    text[at] = (char)random.Next(1, 128);
                    break;
                case 2:
                    text.Length = at + 1;
                    break;
                default:
                    text.Insert(at, Words[random.Next(Words.Length)]);
                    break;
            }
        }
        return text.ToString();
    }

    /// <summary>All that a tree holds but its positions, found by reflection, so that what ToString forgets is not forgotten here too.</summary>
    private static string Outline(object? value) => value switch
    {
        null => "null",
        LabelMatcher matcher => $"{matcher.Name}|{matcher.Operator}|{matcher.Value}",
        LogQLNode or VectorMatching => $"{value.GetType().Name}({string.Join(", ", value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static property => property.PropertyType != typeof(QueryPosition) && property.Name != "EqualityContract")
            .Select(property => $"{property.Name}={Outline(property.GetValue(value))}"))})",
        string text => '"' + text + '"',
        IEnumerable list => $"[{string.Join(", ", list.Cast<object>().Select(Outline))}]",
        _ => value.ToString()!,
    };
}
