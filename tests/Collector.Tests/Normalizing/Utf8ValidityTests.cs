using System.Text.Unicode;
using FsCheck;
using FsCheck.Fluent;
using Observability.Collector.Normalizing;

namespace Observability.Collector.Tests.Normalizing;

public sealed class Utf8ValidityTests
{
    [Fact]
    public void It_answers_as_the_platform_does() =>
        Prop.ForAll(Gen.Choose(0, 127).Or(Gen.Choose(0, 255)).Select(value => (byte)value).ArrayOf().ToArbitrary(), bytes =>
            Utf8Validity.IsValid(bytes) == Utf8.IsValid(bytes)).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void One_wrong_byte_at_any_place_of_a_text_of_any_length_is_found()
    {
        for (var length = 1; length <= 70; length++)
        {
            for (var place = 0; place < length; place++)
            {
                var text = new byte[length];
                text.AsSpan().Fill((byte)'a');
                Assert.True(Utf8Validity.IsValid(text), $"{length} letters are valid");
                text[place] = 0x80;
                Assert.False(Utf8Validity.IsValid(text), $"byte {place} of {length} is no UTF-8");
            }
        }
    }
}
