using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Finds and reads the template files that alerting.yaml names. Wildcards stand for files of one folder, as with Go's filepath.Glob in its last part.</summary>
internal static class TemplateFiles
{
    public static List<TemplateFile> Read(AlertingConfiguration alerting, ConfigurationFiles files, List<ConfigurationError> errors, List<ConfigurationWarning> warnings)
    {
        var templates = new List<TemplateFile>();
        foreach (var pattern in alerting.Templates)
        {
            var name = Path.GetFileName(pattern);
            var paths = NamePattern.HasWildcard(name)
                ? files.Reader.List(Path.GetDirectoryName(pattern) ?? "").Where(path => NamePattern.Matches(name, Path.GetFileName(path))).ToList()
                : [pattern];
            if (paths.Count == 0)
            {
                warnings.Add(new ConfigurationWarning("alerting.yaml", 0, 0, "templates", $"no file matches '{pattern}'"));
            }
            foreach (var path in paths)
            {
                ReadOne(path, files, errors, templates);
            }
        }
        return templates;
    }

    private static void ReadOne(string path, ConfigurationFiles files, List<ConfigurationError> errors, List<TemplateFile> templates)
    {
        var name = Path.GetRelativePath(files.Directory, path).Replace('\\', '/');
        var reading = files.Reader.Read(path, YamlLimits.MaximumBytes);
        if (reading.Bytes is null)
        {
            errors.Add(new ConfigurationError("alerting.yaml", 0, 0, "templates", $"template file '{name}' {reading.Problem}"));
        }
        else if (files.Decode(name, reading.Bytes) is { } file)
        {
            templates.Add(new TemplateFile(path, file.Text));
        }
    }
}
