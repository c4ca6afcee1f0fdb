namespace Observability.Templates.Tests.Rendering;

public sealed class EscapeTests
{
    [Theory]
    [InlineData("<b>{{ . }}</b>", "<b>&lt;i&gt;&#39;&#34;&amp;</b>")]
    [InlineData("{{ safeHtml . }}", "<i>'\"&")]
    [InlineData("{{ . | html }}", "&lt;i&gt;&#39;&#34;&amp;")]
    [InlineData("{{ . | toUpper | safeHtml }}", "<I>'\"&")]
    [InlineData("{{ safeHtml . | toUpper }}", "&lt;I&gt;&#39;&#34;&amp;")]
    [InlineData("{{ define \"t\" }}{{ . }}{{ end }}{{ template \"t\" . }}", "&lt;i&gt;&#39;&#34;&amp;")]
    [InlineData("{{ list . . }}", "[&lt;i&gt;&#39;&#34;&amp; &lt;i&gt;&#39;&#34;&amp;]")]
    [InlineData("{{ dict \"k\" (safeHtml .) }}", "map[k:&lt;i&gt;&#39;&#34;&amp;]")]
    public void A_value_is_escaped_in_HTML_unless_it_is_marked_safe(string template, string expected) =>
        Assert.Equal(expected, Html(template, "<i>'\"&"));

    [Theory]
    [InlineData("https://a/b?c=d&e", "https://a/b?c=d&amp;e")]
    [InlineData("mailto:a@b", "mailto:a@b")]
    [InlineData("/relative:path", "/relative:path")]
    [InlineData("?a:b", "?a:b")]
    [InlineData("javascript:alert(1)", "#unsafe-link")]
    [InlineData(" JavaScript:alert(1)", "#unsafe-link")]
    [InlineData("data:text/html,x", "#unsafe-link")]
    [InlineData("java\nscript:alert(1)", "#unsafe-link")]
    public void A_link_does_not_begin_with_a_scheme_that_runs_code(string link, string expected)
    {
        Assert.Equal($"<a href=\"{expected}\">", Html("<a href=\"{{ . }}\">", link));
        Assert.Equal($"<a class=x HREF = '{expected}'>", Html("<a class=x HREF = '{{ . }}'>", link));
    }

    [Fact]
    public void The_check_of_links_looks_through_called_templates_and_can_be_lifted()
    {
        Assert.Equal("<a href=\"#unsafe-link\">", Html("{{ define \"u\" }}{{ . }}{{ end }}<a href=\"{{ template \"u\" . }}\">", "javascript:x"));
        Assert.Equal("<a href=\"slack://x?a&amp;b\">", Html("<a href=\"{{ safeUrl . }}\">", "slack://x?a&b"));
        Assert.Equal("<a href=\"/x\">javascript:x</a>", Html("<a href=\"/x\">{{ . }}</a>", "javascript:x"));
    }

    [Fact]
    public void Plain_text_is_not_escaped() =>
        Assert.Equal("<i>", Template.Parse("case", "{{ . }}", Samples.NotificationFunctions).Render("<i>"));

    private static string Html(string template, string data) =>
        Template.Parse("case", template, Samples.NotificationFunctions).Render(data, new RenderOptions { Escape = EscapeMode.Html });
}
