namespace Observability.Templates;

/// <summary>The variables that are alive while a template is rendered. A template that is called sees only its own, above the floor.</summary>
internal sealed class VariableStack
{
    private readonly List<(string Name, TemplateValue Value)> _variables = [];
    private int _floor;

    public int Mark => _variables.Count;

    /// <summary>Hides all variables until <see cref="CloseFrame"/> gets the result back.</summary>
    public int OpenFrame()
    {
        var outer = _floor;
        _floor = _variables.Count;
        return outer;
    }

    public void CloseFrame(int outerFloor)
    {
        CloseTo(_floor);
        _floor = outerFloor;
    }

    public void Declare(string name, TemplateValue value) => _variables.Add((name, value));

    public void CloseTo(int mark) => _variables.RemoveRange(mark, _variables.Count - mark);

    public void Assign(string name, TemplateValue value) => _variables[IndexOf(name)] = (name, value);

    public TemplateValue this[string name] => _variables[IndexOf(name)].Value;

    /// <summary>The parser has seen a declaration; still, a branch that was not taken may have held it.</summary>
    private int IndexOf(string name)
    {
        for (var i = _variables.Count - 1; i >= _floor; i--)
        {
            if (_variables[i].Name == name)
            {
                return i;
            }
        }
        throw new TemplateFunctionException($"variable \"{name}\" has no value here");
    }
}
