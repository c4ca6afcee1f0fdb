namespace Observability.Templates.Tests.Rendering;

public sealed class TemplateSetTests
{
    private static readonly TemplateSet Empty = TemplateSet.Empty(TemplateFunctions.Standard);

    [Fact]
    public void Templates_of_several_files_call_each_other()
    {
        var set = Empty.With("a.tmpl", "{{ define \"a\" }}a{{ template \"b\" . }}{{ end }}").With("b.tmpl", "{{ define \"b\" }}b{{ . }}{{ end }}");
        Assert.Equal(["a", "b"], set.Names);
        Assert.Equal("ab1", set.Parse("text", "{{ template \"a\" 1 }}").Render(TemplateValue.Nil));
    }

    [Fact]
    public void A_later_file_replaces_a_template_but_an_empty_one_does_not()
    {
        var set = Empty.With("default.tmpl", "{{ define \"title\" }}default{{ end }}").With("mine.tmpl", "{{ define \"title\" }}mine{{ end }}");
        Assert.Equal("mine", set.Parse("text", "{{ template \"title\" }}").Render(TemplateValue.Nil));
        Assert.Equal("mine", set.With("empty.tmpl", "{{ define \"title\" }} {{ end }}").Parse("text", "{{ template \"title\" }}").Render(TemplateValue.Nil));
    }

    [Fact]
    public void A_text_may_define_templates_that_only_it_sees()
    {
        var set = Empty.With("a.tmpl", "{{ define \"a\" }}shared{{ end }}");
        Assert.Equal("own", set.Parse("text", "{{ define \"a\" }}own{{ end }}{{ template \"a\" }}").Render(TemplateValue.Nil));
        Assert.Equal("shared", set.Parse("text", "{{ template \"a\" }}").Render(TemplateValue.Nil));
    }

    [Fact]
    public void A_template_is_found_by_its_name_and_a_file_without_defines_by_that_of_the_file()
    {
        var set = Empty.With("whole.tmpl", "[{{ . }}]").With("a.tmpl", "{{ define \"a\" }}<{{ . }}>{{ end }}");
        Assert.True(set.TryGet("whole.tmpl", out var whole));
        Assert.True(set.TryGet("a", out var defined));
        Assert.False(set.TryGet("a.tmpl", out _));
        Assert.Equal("[1]<1>", whole.Render(1) + defined.Render(1));
    }

    [Fact]
    public void A_file_that_does_not_parse_leaves_the_set_as_it_was()
    {
        var set = Empty.With("a.tmpl", "{{ define \"a\" }}a{{ end }}");
        Assert.Throws<TemplateException>(() => set.With("b.tmpl", "{{ define \"b\" }}"));
        Assert.Equal(["a"], set.Names);
    }

    [Fact]
    public void Calls_of_templates_that_no_file_defines_are_all_told_with_their_places()
    {
        var set = Empty.With("a.tmpl", "{{ define \"a\" }}{{ template \"b\" }}\n{{ template \"x\" }}{{ end }}").With("b.tmpl", "{{ define \"b\" }}{{ block \"c\" . }}{{ template \"y\" }}{{ end }}{{ end }}");
        Assert.Equal(
            [new TemplateFault("a.tmpl", 2, 4, "template \"x\" is not defined"), new TemplateFault("b.tmpl", 1, 37, "template \"y\" is not defined")],
            set.FindUndefinedTemplates());
    }
}
