using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Observability.Query.Values;

namespace Observability.Query.Tests.Values;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(1e21, "1000000000000000000000")]
    [InlineData(-1.5e20, "-150000000000000000000")]
    [InlineData(1.25e-7, "0.000000125")]
    [InlineData(123456789.125, "123456789.125")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    public void A_number_is_written_without_an_exponent(double value, string text) => Assert.Equal(text, NumberText.Format(value));

    [Fact]
    public void A_written_number_reads_back_to_the_same_bits() =>
        Prop.ForAll(ArbMap.Default.ArbFor<double>().Filter(double.IsFinite), static value =>
            Assert.Equal(value, double.Parse(NumberText.Format(value), NumberStyles.Float, CultureInfo.InvariantCulture))).QuickCheckThrowOnFailure();
}
