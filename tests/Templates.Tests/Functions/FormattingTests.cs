namespace Observability.Templates.Tests.Functions;

/// <summary>Layouts and durations at their edges; the ordinary cases stand in the tables.</summary>
public sealed class FormattingTests
{
    private static readonly TemplateTime Morning = new(new DateTimeOffset(2026, 3, 5, 7, 4, 9, TimeSpan.FromMinutes(-210)).AddTicks(1_234_567));

    [Theory]
    [InlineData("2006-01-02T15:04:05Z07:00", "2026-03-05T07:04:09-03:30")]
    [InlineData("Monday, January _2 2006", "Thursday, March  5 2026")]
    [InlineData("Mon Jan 2 3:04PM 06", "Thu Mar 5 7:04AM 26")]
    [InlineData("03:04:05pm", "07:04:09am")]
    [InlineData("002 __2", "064  64")]
    [InlineData("05.000 05.000000 05.999999999 05,00", "09.123 09.123456 09.1234567 09,12")]
    [InlineData("-07 -0700 -07:00 -07:00:00 -070000", "-03 -0330 -03:30 -03:30:00 -033000")]
    [InlineData("Z0700 Z07 MST", "-0330 -03 -0330")]
    [InlineData("Month Janet Monkey 1.2", "Month Janet Monkey 3.5")]
    [InlineData("_2006 4 5 1/2/06", "_2026 4 9 3/5/26")]
    [InlineData("", "")]
    [InlineData("plain text", "plain text")]
    public void A_layout_shows_the_time(string layout, string expected)
    {
        var output = new BoundedText(1000);
        TimeLayout.Append(output, Morning, layout);
        Assert.Equal(expected, output.ToString());
    }

    [Theory]
    [InlineData("MST Z07:00 PM 03", "UTC Z AM 12")]
    [InlineData("2006-01-02 15:04:05.999", "0001-01-01 00:00:00")]
    public void Midnight_in_UTC_is_shown(string layout, string expected)
    {
        var output = new BoundedText(1000);
        TimeLayout.Append(output, TemplateTime.Zero, layout);
        Assert.Equal(expected, output.ToString());
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ns")]
    [InlineData(1_100, "1.1µs")]
    [InlineData(2_200_000, "2.2ms")]
    [InlineData(999_999_999, "999.999999ms")]
    [InlineData(1_000_000_000, "1s")]
    [InlineData(60_500_000_000, "1m0.5s")]
    [InlineData(3_600_000_000_000, "1h0m0s")]
    [InlineData(-90_000_000_000, "-1m30s")]
    [InlineData(long.MaxValue, "2562047h47m16.854775807s")]
    [InlineData(long.MinValue, "-2562047h47m16.854775808s")]
    public void A_duration_is_printed_as_Go_does(long nanoseconds, string expected) => Assert.Equal(expected, DurationText.Print(nanoseconds));

    [Theory]
    [InlineData("1y2w3d4h5m6s7ms", 33_019_506.007)]
    [InlineData("0", 0.0)]
    [InlineData("0s", 0.0)]
    [InlineData("-1m", -60.0)]
    [InlineData("", null)]
    [InlineData("-", null)]
    [InlineData("5", null)]
    [InlineData("1h1h", null)]
    [InlineData("1s1m", null)]
    [InlineData("1.5h", null)]
    [InlineData("1 h", null)]
    [InlineData("300y", null)]
    [InlineData("99999999999999999999s", null)]
    public void A_Prometheus_duration_is_read(string text, double? seconds) => Assert.Equal(seconds, DurationText.ParsePrometheus(text));

    [Theory]
    [InlineData(0.3, 'f', 20, "0.29999999999999998890")]
    [InlineData(1e23, 'f', 0, "99999999999999991611392")]
    [InlineData(5e-324, 'e', 3, "4.941e-324")]
    [InlineData(9.995, 'f', 2, "9.99")]
    [InlineData(0.05, 'f', 1, "0.1")]
    [InlineData(0.04, 'f', 1, "0.0")]
    [InlineData(9.5, 'f', 0, "10")]
    [InlineData(8.5, 'f', 0, "8")]
    [InlineData(999.96, 'g', 4, "1000")]
    [InlineData(-0.0, 'g', -1, "-0")]
    [InlineData(1234, 'E', -1, "1.234E+03")]
    [InlineData(100, 'f', -1, "100")]
    public void A_double_is_rounded_from_its_exact_value(double value, char verb, int precision, string expected) =>
        Assert.Equal(expected, FloatText.Format(value, verb, precision));

    [Theory]
    [InlineData("(?P<a>x)(y)(?P<b>z)", "$1$2$3-${b}${a}", "xyz-zx")]
    [InlineData("(?:x)(y)", "$1", "yz")]
    [InlineData("(?i:X)Y|xyz", "<$0>", "<xyz>")]
    [InlineData(@"\x{78}|\x79", "_", "__z")]
    [InlineData(@"[\D]", "_", "___")]
    [InlineData(@"[^\S]", "_", "xyz")]
    [InlineData("(?s)(.)$", "[$1]", "xy[z]")]
    [InlineData("[]x]", "_", "_yz")]
    [InlineData("y{1}#?", "_", "x_z")]
    public void Go_expressions_mean_the_same(string pattern, string replacement, string expected)
    {
        var template = Template.Parse("regex", $"{{{{ reReplaceAll `{pattern}` `{replacement}` . }}}}", TemplateFunctions.Standard.With(SharedFunctions.All));
        Assert.Equal(expected, template.Render("xyz"));
    }

    [Theory]
    [InlineData("(?U)a+", "ungreedy")]
    [InlineData("[[:nope:]]", "[:nope:] is no class")]
    [InlineData("(?P<a-b>x)", "bad group name")]
    [InlineData("(?P<", "bad group name")]
    [InlineData("(?<!a)b", "look-behind")]
    [InlineData("(?!a)", "look-around")]
    [InlineData("[a", "not a valid regular expression")]
    [InlineData("(", "not a valid regular expression")]
    [InlineData("*", "not a valid regular expression")]
    [InlineData(@"\x{110000}", "up to FFFF")]
    [InlineData(@"\", "not a valid regular expression")]
    public void An_expression_that_Go_refuses_or_that_could_hang_is_refused(string pattern, string reason)
    {
        var template = Template.Parse("regex", $"{{{{ match `{pattern}` `x` }}}}", TemplateFunctions.Standard.With(SharedFunctions.All));
        Assert.Contains(reason, Assert.Throws<TemplateException>(() => template.Render(TemplateValue.Nil)).Message, StringComparison.Ordinal);
    }
}
