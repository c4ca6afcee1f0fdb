using FsCheck;
using FsCheck.Fluent;
using Observability.Query.Values;

namespace Observability.Query.Tests.Values;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("5m", 300_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1y2w3d4h5m6s7ms", 33_019_506_007)]
    [InlineData("1500ms", 1_500)]
    public void Whole_numbers_with_units_are_a_duration(string text, long milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(milliseconds, duration.Milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("1m1h")]
    [InlineData("1m1m")]
    [InlineData("1us")]
    [InlineData("5m ")]
    [InlineData("293y")]
    [InlineData("99999999999999999999s")]
    public void Everything_else_is_none(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(90_000, "1m30s")]
    [InlineData(-90_000, "-1m30s")]
    [InlineData(90L * 24 * 3_600_000, "90d")]
    [InlineData(14L * 24 * 3_600_000, "2w")]
    [InlineData(25L * 3_600_000, "25h")]
    public void Days_weeks_and_years_are_used_where_they_divide(long milliseconds, string text) => Assert.Equal(text, DurationText.Format(milliseconds));

    [Fact]
    public void A_printed_duration_reads_back() =>
        Prop.ForAll(ArbMap.Default.ArbFor<long>(), static value =>
        {
            var milliseconds = Math.Abs(value % DurationText.MaximumMilliseconds);
            Assert.True(DurationText.TryParse(DurationText.Format(milliseconds), out var duration));
            Assert.Equal(milliseconds, duration.Milliseconds);
        }).QuickCheckThrowOnFailure();
}
