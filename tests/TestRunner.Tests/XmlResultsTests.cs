namespace Observability.TestRunner.Tests;

public sealed class XmlResultsTests
{
    [Fact]
    public void Each_outcome_is_read_with_its_detail_and_an_error_outside_a_test_is_a_failure()
    {
        var results = XmlResults.TryParse("""
            <assemblies schema-version="3"><assembly>
              <errors><error type="test-class-cleanup" name="Leaks"><failure><message><![CDATA[port still open]]></message></failure></error></errors>
              <collection>
                <test name="good" result="Pass" />
                <test name="bad" result="Fail"><failure><message><![CDATA[1 is not 2]]></message><stack-trace>at line 7</stack-trace></failure><output>seed 42</output></test>
                <test name="left out" result="Skip"><reason><![CDATA[needs rabbitmq: not installed]]></reason></test>
                <test name="by name only" result="NotRun" />
              </collection>
            </assembly></assemblies>
            """);
        Assert.Equal(
            [
                new TestResult("good", TestOutcome.Passed),
                new TestResult("bad", TestOutcome.Failed, "1 is not 2\nat line 7\nseed 42"),
                new TestResult("left out", TestOutcome.NotRun, "needs rabbitmq: not installed"),
                new TestResult("by name only", TestOutcome.NotRun, "explicit: runs only when asked for by name"),
                new TestResult("test-class-cleanup: Leaks", TestOutcome.Failed, "port still open"),
            ],
            results!.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<assemblies><assembly><collection>")]
    public void A_file_that_a_crash_cut_off_is_no_result(string xml) => Assert.Null(XmlResults.TryParse(xml));
}
