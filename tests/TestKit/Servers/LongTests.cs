using Xunit;

namespace Observability.TestKit;

/// <summary>Tests that run for minutes are asked for by <c>./test --all</c>, which sets <c>OBS_TEST_ALL=1</c>.</summary>
public static class LongTests
{
    public static bool AreAskedFor => Environment.GetEnvironmentVariable("OBS_TEST_ALL") == "1";

    /// <summary>Skips the calling test unless the long ones are asked for; <paramref name="why"/> says what makes it long.</summary>
    public static void SkipUnlessAskedFor(string why)
    {
        if (!AreAskedFor)
        {
            Assert.Skip($"needs --all: {why}");
        }
    }
}
