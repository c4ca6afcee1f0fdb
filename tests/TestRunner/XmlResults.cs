using System.Collections.Immutable;
using System.Xml;
using System.Xml.Linq;

namespace Observability.TestRunner;

/// <summary>Reads the result file of an xunit v3 program (xunit.net, "XML Format v2+", schema version 3).</summary>
internal static class XmlResults
{
    /// <summary>Null when the text is no such file, which is what a program that crashed while it wrote leaves behind.</summary>
    public static ImmutableArray<TestResult>? TryParse(string xml)
    {
        XDocument document;
        try
        {
            document = XDocument.Parse(xml);
        }
        catch (XmlException)
        {
            return null;
        }
        var tests = document.Descendants("test").Select(ReadTest);
        // Failures outside a test: a class' or collection's clean-up.
        var errors = document.Descendants("error").Select(error => new TestResult(
            $"{error.Attribute("type")?.Value}: {error.Attribute("name")?.Value}", TestOutcome.Failed, FailureOf(error)));
        return [.. tests, .. errors];
    }

    private static TestResult ReadTest(XElement test)
    {
        var name = test.Attribute("name")?.Value ?? "a test without a name";
        return test.Attribute("result")?.Value switch
        {
            "Pass" => new TestResult(name, TestOutcome.Passed),
            "Skip" => new TestResult(name, TestOutcome.NotRun, test.Element("reason")?.Value ?? ""),
            "NotRun" => new TestResult(name, TestOutcome.NotRun, "explicit: runs only when asked for by name"),
            _ => new TestResult(name, TestOutcome.Failed, FailureOf(test)),
        };
    }

    private static string FailureOf(XElement element)
    {
        var failure = element.Element("failure");
        string?[] parts = [failure?.Element("message")?.Value, failure?.Element("stack-trace")?.Value, element.Element("output")?.Value];
        return string.Join('\n', parts.Where(part => !string.IsNullOrWhiteSpace(part)));
    }
}
