using System.Collections.Concurrent;
using Observability.Configuration;
using Observability.Contracts;
using Observability.Templates;

namespace Observability.Notifier.Rendering;

/// <summary>
/// Renders the templates of a receiver for one notice. A template that fails gives the default and leaves its fault in <see cref="Errors"/>:
/// nothing that is wrong with a text may keep an alert from being told.
/// </summary>
internal sealed class NoticeTexts
{
    private readonly TemplateSet _set;
    private readonly TemplateValue _data;
    private readonly List<string> _errors = [];

    public NoticeTexts(TemplateSet set, NotificationIntent intent, string externalUrl)
    {
        _set = set;
        _data = TemplateValue.From(NoticeData.Of(intent, externalUrl));
    }

    /// <summary>Faults so far, each once.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>The rendered text, or <paramref name="otherwise"/> when there is no template or it fails.</summary>
    /// <param name="name">Told in faults: <c>slack title</c>.</param>
    /// <param name="template">Null: not configured.</param>
    /// <param name="otherwise">The default text.</param>
    /// <param name="escape">Of the medium, when the template writes HTML.</param>
    public string Render(string name, string? template, string otherwise, EscapeMode escape = EscapeMode.None) =>
        template is null ? otherwise : TryRender(name, template, escape) ?? otherwise;

    /// <summary>The rendered text, or null when it fails.</summary>
    public string? TryRender(string name, string template, EscapeMode escape = EscapeMode.None)
    {
        if (!template.Contains("{{", StringComparison.Ordinal))
        {
            return template;
        }
        try
        {
            return _set.Parse(name, template).Render(_data, new RenderOptions { Escape = escape });
        }
        catch (TemplateException exception)
        {
            var fault = exception.Fault.ToString();
            if (!_errors.Contains(fault))
            {
                _errors.Add(fault);
            }
            return null;
        }
    }
}

/// <summary>The template files of a configuration, parsed once. A file that does not parse is left out and its fault is told in each notice that has templates.</summary>
internal sealed class NoticeTemplates(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, TemplateSet> _byHash = new(StringComparer.Ordinal);

    public TemplateSet For(LoadedConfiguration configuration)
    {
        if (_byHash.TryGetValue(configuration.ContentHash, out var known))
        {
            return known;
        }
        var set = TemplateSet.Empty(TemplateFunctions.Alertmanager(time));
        foreach (var file in configuration.Templates)
        {
            try
            {
                set = set.With(file.Path, file.Text);
            }
            catch (TemplateException)
            {
                // A text that calls a template of this file fails by its name, and that fault is told with the notice.
                continue;
            }
        }
        // Old sets are of no use after a reload, and reloads are many over a year.
        _byHash.Clear();
        return _byHash.GetOrAdd(configuration.ContentHash, set);
    }
}
