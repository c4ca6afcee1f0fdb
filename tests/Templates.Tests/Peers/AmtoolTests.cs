using System.Text.Json;
using System.Text.RegularExpressions;
using Observability.Templates.Tests.Language;

namespace Observability.Templates.Tests.Peers;

/// <summary>The same templates through Alertmanager 0.25's own interpreter.</summary>
public sealed partial class AmtoolTests
{
    private const string Separator = "␞";
    private const string DefaultTemplates = "/usr/share/prometheus/alertmanager/default.tmpl";
    private const string MailTemplates = "/usr/share/prometheus/alertmanager/email.tmpl";

    [Fact]
    public async Task Go_gives_what_our_tables_expect()
    {
        using var folder = new TemporaryFolder();
        var unused = folder.Write("unused.tmpl", "");
        var text = string.Join(Separator, GoCases.KnownToDebian.Select(goCase => goCase.Template));
        var (exitCode, output) = await PeerProgram.RunAsync("amtool", "template", "render", "--template.glob", unused, "--template.text", text);
        Assert.True(exitCode == 0, output);
        var results = output.Split(Separator);
        Assert.Equal(GoCases.KnownToDebian.Select(goCase => (goCase.Template, goCase.Expected)), GoCases.KnownToDebian.Zip(results, (goCase, result) => (goCase.Template, result)));
    }

    [Fact]
    public async Task The_default_templates_of_Alertmanager_give_the_same_text()
    {
        Assert.SkipUnless(File.Exists(DefaultTemplates), $"{DefaultTemplates} is not there (Debian package prometheus-alertmanager)");
        var source = await File.ReadAllTextAsync(DefaultTemplates, TestContext.Current.CancellationToken);
        var names = DefinedName().Matches(source).Select(match => match.Groups[1].Value).ToList();
        Assert.True(names.Count > 30, "the file of default templates is not what this test knows");
        var text = string.Join(Separator, names.Select(name => $"{{{{ template \"{name}\" {(TakesAlerts(name) ? ".Alerts.Firing" : ".")} }}}}"));
        using var folder = new TemporaryFolder();
        var (exitCode, output) = await PeerProgram.RunAsync(
            "amtool", "template", "render", "--template.glob", DefaultTemplates, "--template.data", folder.Write("data.json", DataAsJson()), "--template.text", text);
        Assert.True(exitCode == 0, output);
        var ours = TemplateSet.Empty(Samples.NotificationFunctions).With("default.tmpl", source).Parse("text", text).Render(TemplateValue.From(Samples.Notification));
        Assert.Equal(output.Split(Separator), ours.Split(Separator));
    }

    [Fact]
    public async Task The_default_mail_of_Alertmanager_says_the_same()
    {
        Assert.SkipUnless(File.Exists(MailTemplates), $"{MailTemplates} is not there (Debian package prometheus-alertmanager)");
        using var folder = new TemporaryFolder();
        var (exitCode, output) = await PeerProgram.RunAsync(
            "amtool", "template", "render", "--template.glob", "/usr/share/prometheus/alertmanager/*.tmpl", "--template.type", "html",
            "--template.data", folder.Write("data.json", DataAsJson()), "--template.text", "{{ template \"email.default.html\" . }}");
        Assert.True(exitCode == 0, output);
        var set = TemplateSet.Empty(Samples.NotificationFunctions)
            .With("default.tmpl", await File.ReadAllTextAsync(DefaultTemplates, TestContext.Current.CancellationToken))
            .With("email.tmpl", await File.ReadAllTextAsync(MailTemplates, TestContext.Current.CancellationToken));
        Assert.Empty(set.FindUndefinedTemplates());
        var ours = set.Parse("mail", "{{ template \"email.default.html\" . }}")
            .Render(TemplateValue.From(Samples.Notification), new RenderOptions { Escape = EscapeMode.Html });
        Assert.Equal(WithoutComments(output.TrimEnd()), WithoutComments(ours.TrimEnd()));
    }

    private static bool TakesAlerts(string name) => name is "__text_alert_list" or "pagerduty.default.instances";

    private static string DataAsJson()
    {
        var json = Samples.Notify("{{ toJson . }}");
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetRawText();
    }

    /// <summary>html/template drops comments and normalizes what stands in links; both are the known differences (README, "Limits").</summary>
    private static string WithoutComments(string html) => Comment().Replace(html, "").Replace("&#43;", "+", StringComparison.Ordinal);

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();

    [GeneratedRegex("define \"([^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DefinedName();
}
