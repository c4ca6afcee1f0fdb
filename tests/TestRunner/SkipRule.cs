namespace Observability.TestRunner;

/// <summary>
/// When a test that did not run is as good as failed: always without a reason; and on CI (<c>CI=true</c>), where everything but Elasticsearch
/// is installed, for any reason except <c>needs elasticsearch:</c>, <c>needs npm registry:</c>, which is nobody's fault here, and <c>needs --all:</c>.
/// </summary>
internal static class SkipRule
{
    private static readonly string[] _acceptedOnContinuousIntegration = ["needs elasticsearch:", "needs npm registry:", "needs --all:"];

    public static TestResult Judge(TestResult test, bool isContinuousIntegration)
    {
        if (test.Outcome != TestOutcome.NotRun)
        {
            return test;
        }
        if (string.IsNullOrWhiteSpace(test.Detail))
        {
            return test with { Outcome = TestOutcome.Failed, Detail = "did not run and gives no reason" };
        }
        return isContinuousIntegration && !_acceptedOnContinuousIntegration.Any(reason => test.Detail.StartsWith(reason, StringComparison.Ordinal))
            ? test with { Outcome = TestOutcome.Failed, Detail = $"did not run, which CI=true does not accept: {test.Detail}" }
            : test;
    }
}
