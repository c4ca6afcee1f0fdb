namespace Observability.Telemetry.Tests.Labels;

public sealed class LabelSetTests
{
    [Fact]
    public void Order_of_setting_does_not_change_the_identity()
    {
        var left = LabelSet.Of(("b", "2"), ("a", "1"));
        var right = LabelSet.Of(("a", "1"), ("b", "2"));
        Assert.Equal(left, right);
        Assert.Equal(left.Fingerprint, right.Fingerprint);
    }

    [Fact]
    public void An_empty_value_is_the_same_as_a_missing_label() =>
        Assert.Equal(LabelSet.Of(("a", "1")), LabelSet.Of(("a", "1"), ("b", "")));

    [Fact]
    public void Parts_are_separated_in_the_fingerprint() =>
        Assert.NotEqual(LabelSet.Of(("ab", "c")).Fingerprint, LabelSet.Of(("a", "bc")).Fingerprint);

    [Fact]
    public void Fingerprints_are_stored_and_never_change() =>
        Assert.Equal(16347804262593947412UL, LabelSet.Of(("environment", "prod"), ("pipeline", "orders_daily")).Fingerprint);

    [Theory]
    [InlineData("a|b", "a", true)]
    [InlineData("a|b", "ab", false)]
    [InlineData("prod.*", "prod\n", true)]
    [InlineData("a$", "a\n", false)]
    [InlineData("", "", true)]
    public void Expressions_are_anchored_at_both_ends(string pattern, string value, bool expected) =>
        Assert.Equal(expected, new LabelMatcher("x", MatchOperator.Regex, pattern).Matches(value));

    [Fact]
    public void Exponential_expressions_are_refused_with_the_reason()
    {
        var refused = Assert.Throws<ArgumentException>(() => new LabelMatcher("x", MatchOperator.Regex, @"(a)\1"));
        Assert.Contains("back-references", refused.Message, StringComparison.Ordinal);
    }
}
